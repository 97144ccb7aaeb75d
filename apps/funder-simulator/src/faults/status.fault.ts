import { Refusal } from '../refusal.js';
import type { CallChoice } from './call-choice.js';
import type { CallStep } from './call-step.js';
import type { Fault } from './fault.port.js';

/** Chosen calls are refused with a 5xx. */
export class StatusFault implements Fault {
  readonly #status: number;
  readonly #choice: CallChoice;
  readonly #headers: () => Readonly<Record<string, string>>;

  constructor(status: number, choice: CallChoice, headers: () => Readonly<Record<string, string>>) {
    this.#status = status;
    this.#choice = choice;
    this.#headers = headers;
  }

  onArrival(step: CallStep): void {
    if (this.#choice.meets(step)) throw new Refusal(this.#status, 'the funder has a fault', { headers: this.#headers() });
  }
}
