import { Refusal } from '../refusal.js';

/** The calls that are being worked on: at most one for an Idempotency-Key, and one for an application. */
export class InFlight {
  /** Name of what is held, to the fingerprint of the call that holds it. */
  readonly #held = new Map<string, string>();
  #calls = 0;

  get calls(): number {
    return this.#calls;
  }

  /**
   * Holds all names, or throws a Refusal: 409 while another call holds one of them. The returned function lets go.
   */
  hold(names: readonly string[], fingerprint: string): () => void {
    if (names.some((name) => this.#held.has(name))) {
      throw new Refusal(409, 'a call with this Idempotency-Key or for this application is in flight: repeat it later');
    }
    for (const name of names) this.#held.set(name, fingerprint);
    this.#calls += 1;
    return () => {
      for (const name of names) this.#held.delete(name);
      this.#calls -= 1;
    };
  }

  /** The fingerprint of the call that holds a name. */
  fingerprint(name: string): string | undefined {
    return this.#held.get(name);
  }
}
