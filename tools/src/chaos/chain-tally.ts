import { Tally } from './tally.js';

/**
 * What came out of a chain of topics, each of which must hold each unit once and in order: a later stage hides what an
 * earlier one did twice. What one stage loses all later ones miss, so lost is counted once; all else wherever it is.
 */
export class ChainTally {
  readonly #tallies: ReadonlyMap<string, Tally>;
  readonly #last: Tally;

  /**
   * @param topics in the order of the chain, one at least
   * @param counts by key: how many units were sent
   */
  constructor(topics: readonly string[], counts: readonly number[]) {
    this.#tallies = new Map(topics.map((topic) => [topic, new Tally(counts)]));
    this.#last = this.of(topics.at(-1) ?? '');
  }

  of(topic: string): Tally {
    const tally = this.#tallies.get(topic);
    if (!tally) throw new RangeError(`${topic} is no topic of the chain`);
    return tally;
  }

  /** Units that came out of the last topic. */
  get unique(): number {
    return this.#last.unique;
  }

  /** Units that the last topic misses, or one before it that misses more: then it was not read. */
  get lost(): number {
    return Math.max(...[...this.#tallies.values()].map((tally) => tally.lost));
  }

  get duplicated(): number {
    return this.#sum((tally) => tally.duplicated);
  }

  get orderViolations(): number {
    return this.#sum((tally) => tally.orderViolations);
  }

  get unknown(): number {
    return this.#sum((tally) => tally.unknown);
  }

  /** The first few units that a topic misses, and some of what is wrong otherwise. */
  get examples(): string[] {
    return [...this.#tallies].flatMap(([topic, tally]) => [...tally.missing(), ...tally.examples].map((text) => `${topic}: ${text}`));
  }

  #sum(of: (tally: Tally) => number): number {
    return [...this.#tallies.values()].reduce((sum, tally) => sum + of(tally), 0);
  }
}
