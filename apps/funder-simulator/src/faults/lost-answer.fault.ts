import type { Entry, Step } from '../journal/entry.js';
import type { Fault } from './fault.port.js';

/** Every nth accepted call of a step takes effect, but its caller never hears of it. */
export class LostAnswerFault implements Fault {
  readonly #step: Step;
  readonly #every: number;
  #seen = 0;

  constructor(step: Step, every: number) {
    this.#step = step;
    this.#every = every;
  }

  onAnswer(entry: Entry): boolean {
    if (entry.step !== this.#step) return false;
    this.#seen += 1;
    return this.#seen % this.#every === 0;
  }
}
