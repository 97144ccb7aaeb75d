import { IdSet } from './id-set.js';
import type { Unit } from './unit.js';

/** Examples that are named in a report. */
const EXAMPLES = 10;

/** Counts what came out of one topic against what went in. Seventeen bytes of memory a unit. */
export class Tally {
  readonly #seen: readonly Uint8Array[];
  /** By key: the highest number so far. */
  readonly #last: Int32Array;
  readonly #ids: IdSet;
  readonly #sent: number;
  readonly examples: string[] = [];
  unique = 0;
  /** The unit again, or its event's id under another unit. */
  duplicated = 0;
  orderViolations = 0;
  /** Never sent, or without an event id: wrong at the source, or garbled on the way. */
  unknown = 0;

  /** @param counts by key: how many units were sent */
  constructor(counts: readonly number[]) {
    this.#seen = counts.map((count) => new Uint8Array(count));
    this.#last = new Int32Array(counts.length).fill(-1);
    this.#sent = counts.reduce((sum, count) => sum + count, 0);
    this.#ids = new IdSet(this.#sent);
  }

  /** In the order of the output partition. `id` is the event's; `place` names the record in examples. */
  add({ key, n }: Unit, id: string | undefined, place: string): void {
    const seen = this.#seen[key];
    const last = this.#last[key];
    if (seen === undefined || last === undefined || n >= seen.length || id === undefined) {
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
    if (!this.#ids.add(id)) {
      this.duplicated += 1;
      this.#example(`the event id of unit ${key}/${n} again at ${place}`);
    }
    if (n < last) {
      this.orderViolations += 1;
      this.#example(`unit ${key}/${n} after ${key}/${last} at ${place}`);
    }
    this.#last[key] = Math.max(n, last);
  }

  get lost(): number {
    return this.#sent - this.unique;
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
