import type { Clock } from '@docket/contracts';
import type { CallChoice } from './call-choice.js';
import type { CallStep } from './call-step.js';
import type { Fault } from './fault.port.js';

/** Chosen calls that are accepted take so much longer; a caller that gives up earlier does not undo them. */
export class SlowFault implements Fault {
  readonly #ms: number;
  readonly #choice: CallChoice;
  readonly #clock: Clock;

  constructor(ms: number, choice: CallChoice, clock: Clock) {
    this.#ms = ms;
    this.#choice = choice;
    this.#clock = clock;
  }

  onWork(step: CallStep): Promise<void> {
    if (!this.#choice.meets(step)) return Promise.resolve();
    return new Promise((resolve) => void this.#clock.schedule(this.#ms, resolve));
  }
}
