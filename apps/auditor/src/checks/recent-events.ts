/** What an event's id says about an event that was seen before. */
export type Recognition = 'new' | 'duplicate' | 'conflict';

/**
 * Remembers event ids with the digest of what must be equal when a step is done again: at least the last
 * `capacity` / 2 ids seen, at most `capacity`, about 200 bytes each. Two generations: when the young one is full
 * the old one is forgotten as a whole, which keeps a look-up cheap (a Map gets slow when its oldest entries are
 * deleted one by one).
 */
export class RecentEvents {
  readonly #half: number;
  #young = new Map<string, string>();
  #old = new Map<string, string>();

  constructor(capacity: number) {
    this.#half = Math.max(1, Math.floor(capacity / 2));
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** The first digest seen of an id stays the one that others are compared with. */
  recognise(id: string, digest: string): Recognition {
    const known = this.#young.get(id) ?? this.#old.get(id);
    if (!this.#young.has(id)) {
      if (this.#young.size >= this.#half) {
        this.#old = this.#young;
        this.#young = new Map();
      }
      this.#old.delete(id);
      this.#young.set(id, known ?? digest);
    }
    if (known === undefined) return 'new';
    return known === digest ? 'duplicate' : 'conflict';
  }
}
