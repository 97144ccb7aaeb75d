import type { DeadLetter } from './dead-letter.js';
import { Newest } from './newest.js';

/** Letters of one stage with the same cause. Times are the broker's, ISO 8601 UTC. */
export interface CauseReport {
  readonly cause: string;
  readonly stage: string;
  readonly code: string | null;
  readonly count: number;
  readonly first: string;
  readonly last: string;
  /** Correlation ids of the newest three that have one. */
  readonly examples: readonly string[];
}

interface Tally {
  readonly stage: string;
  readonly code: string | null;
  count: number;
  first: string;
  last: string;
  readonly examples: Newest<{ readonly at: string; readonly unit: string }>;
}

/** More codes than there will ever be. */
const MOST_CAUSES = 1_000;

/** Counts letters by cause; holds a few values a cause, never a letter. */
export class CauseTally {
  readonly #causes = new Map<string, Tally>();
  #letters = 0;
  #uncounted = 0;

  add(stage: string, letter: DeadLetter): void {
    this.#letters++;
    const tally = this.#of(stage, letter);
    if (!tally) return;
    tally.count++;
    if (letter.at < tally.first) tally.first = letter.at;
    if (letter.at > tally.last) tally.last = letter.at;
    if (letter.unit !== null) tally.examples.add({ at: letter.at, unit: letter.unit });
  }

  get letters(): number {
    return this.#letters;
  }

  /** Letters whose cause was one too many to be kept. */
  get uncounted(): number {
    return this.#uncounted;
  }

  /** The most frequent first. */
  reports(): CauseReport[] {
    return [...this.#causes]
      .map(([cause, { examples, ...tally }]) => ({ cause, ...tally, examples: [...new Set(examples.listed.map((entry) => entry.unit))].slice(0, 3) }))
      .sort((a, b) => b.count - a.count || a.cause.localeCompare(b.cause));
  }

  #of(stage: string, { cause, code, at }: DeadLetter): Tally | undefined {
    const known = this.#causes.get(cause);
    if (known) return known;
    if (this.#causes.size >= MOST_CAUSES) {
      this.#uncounted++;
      return undefined;
    }
    // A unit may have died more than once: six letters for three units.
    const tally = { stage, code, count: 0, first: at, last: at, examples: new Newest<{ at: string; unit: string }>(6) };
    this.#causes.set(cause, tally);
    return tally;
  }
}
