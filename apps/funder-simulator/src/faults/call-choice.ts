import type { CallStep } from './call-step.js';
import type { CallChoiceSpec } from './fault.schema.js';

/** Which calls a fault meets, of those that it is asked about; the same for the same seed and the same order of calls. */
export class CallChoice {
  readonly #spec: CallChoiceSpec;
  #random: number;
  #seen = 0;
  #met = 0;

  constructor(spec: CallChoiceSpec, seed: number) {
    this.#spec = spec;
    this.#random = seed >>> 0;
  }

  /** Asked once for each call. */
  meets(step: CallStep): boolean {
    const { every, calls, probability } = this.#spec;
    if (!this.#isOf(step)) return false;
    this.#seen += 1;
    if (this.#seen % every !== 0 || (calls !== undefined && this.#met >= calls)) return false;
    // Drawn for every call that comes so far, whatever the probability: the stream stays the same.
    if (this.#next() >= probability) return false;
    this.#met += 1;
    return true;
  }

  #isOf(step: CallStep): boolean {
    const { step: chosen } = this.#spec;
    return chosen === undefined || chosen === step || (chosen === 'submit' && step === 'webhook');
  }

  /** In [0, 1). A Weyl sequence, each step mixed by two multiplications. */
  #next(): number {
    this.#random = (this.#random + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  }
}
