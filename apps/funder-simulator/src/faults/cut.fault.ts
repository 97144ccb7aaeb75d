import { Disconnection } from '../refusal.js';
import type { CallChoice } from './call-choice.js';
import type { CallStep } from './call-step.js';
import type { Cut, Fault } from './fault.port.js';

/** Chosen calls take effect, but their callers never hear of it. */
export class LostAnswerFault implements Fault {
  readonly #cut: Cut;
  readonly #choice: CallChoice;

  constructor(cut: Cut, choice: CallChoice) {
    this.#cut = cut;
    this.#choice = choice;
  }

  onAnswer(step: CallStep): Cut | undefined {
    return this.#choice.meets(step) ? this.#cut : undefined;
  }
}

/** Chosen calls are cut off before they take effect. */
export class ResetFault implements Fault {
  readonly #choice: CallChoice;

  constructor(choice: CallChoice) {
    this.#choice = choice;
  }

  onArrival(step: CallStep): void {
    if (this.#choice.meets(step)) throw new Disconnection();
  }
}
