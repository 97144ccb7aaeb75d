import type { Unit } from './unit.js';

/** Examples that are named in a report. */
const EXAMPLES = 10;

/** Counts what came out against what went in. One byte of memory a unit. */
export class Tally {
  readonly #seen: readonly Uint8Array[];
  /** By key: the highest number so far. */
  readonly #last: Int32Array;
  readonly examples: string[] = [];
  unique = 0;
  duplicated = 0;
  orderViolations = 0;
  /** Never sent: wrong at the source, or garbled on the way. */
  unknown = 0;

  /** @param counts by key: how many units were sent */
  constructor(private readonly counts: readonly number[]) {
    this.#seen = counts.map((count) => new Uint8Array(count));
    this.#last = new Int32Array(counts.length).fill(-1);
  }

  /** In the order of the output partition. `place` names the record in examples. */
  add({ key, n }: Unit, place: string): void {
    const seen = this.#seen[key];
    const last = this.#last[key];
    if (seen === undefined || last === undefined || n >= seen.length) {
      this.unknown += 1;
      this.#example(`unknown unit ${key}/${n} at ${place}`);
      return;
    }
    if (seen[n] !== 0) {
      this.duplicated += 1;
      this.#example(`duplicate of unit ${key}/${n} at ${place}`);
      return;
    }
    seen[n] = 1;
    this.unique += 1;
    if (n < last) {
      this.orderViolations += 1;
      this.#example(`unit ${key}/${n} after ${key}/${last} at ${place}`);
    }
    this.#last[key] = Math.max(n, last);
  }

  get lost(): number {
    return this.counts.reduce((sum, count) => sum + count, 0) - this.unique;
  }

  /** The first few units that never came out. */
  missing(): string[] {
    const found: string[] = [];
    for (const [key, seen] of this.#seen.entries()) {
      for (let n = seen.indexOf(0); n >= 0; n = seen.indexOf(0, n + 1)) {
        found.push(`unit ${key}/${n} is missing`);
        if (found.length === EXAMPLES) return found;
      }
    }
    return found;
  }

  #example(text: string): void {
    if (this.examples.length < EXAMPLES) this.examples.push(text);
  }
}
