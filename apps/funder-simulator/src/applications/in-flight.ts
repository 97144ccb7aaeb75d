import { Refusal } from '../refusal.js';

export interface HoldOptions {
  /** Of which only one call may be in flight. */
  readonly names: readonly string[];
  /** Of which any number may be: they are only counted. */
  readonly noted: readonly string[];
  readonly fingerprint: string;
}

/** The calls that are being worked on: at most one for an Idempotency-Key, and one for an application. */
export class InFlight {
  /** Name of what is held, to the fingerprint of the call that holds it. */
  readonly #held = new Map<string, string>();
  readonly #noted = new Map<string, number>();
  #calls = 0;

  get calls(): number {
    return this.#calls;
  }

  /**
   * Holds all names, or throws a Refusal: 409 while another call holds one of them. The returned function lets go.
   */
  hold({ names, noted, fingerprint }: HoldOptions): () => void {
    if (names.some((name) => this.#held.has(name))) {
      throw new Refusal(409, 'a call with this Idempotency-Key or for this application is in flight: repeat it later');
    }
    for (const name of names) this.#held.set(name, fingerprint);
    for (const name of noted) this.#noted.set(name, this.counts(name) + 1);
    this.#calls += 1;
    return () => {
      for (const name of names) this.#held.delete(name);
      for (const name of noted) this.#letGo(name);
      this.#calls -= 1;
    };
  }

  /** The fingerprint of the call that holds a name. */
  fingerprint(name: string): string | undefined {
    return this.#held.get(name);
  }

  /** Calls that noted a name. */
  counts(name: string): number {
    return this.#noted.get(name) ?? 0;
  }

  #letGo(name: string): void {
    const left = this.counts(name) - 1;
    if (left > 0) this.#noted.set(name, left);
    else this.#noted.delete(name);
  }
}
