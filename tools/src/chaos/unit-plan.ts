import type { SeededRandom } from './random.js';
import type { Unit } from './unit.js';

/** Units of one key often follow upon each other at once: only then does a retry have followers to keep in order. */
const LONGEST_RUN = 8;
const KEYS = 300;
/** Two bytes a unit. */
const MAX_KEYS = 65_536;

/** Which units there are, in the order in which they are sent. Two bytes of memory a unit. */
export class UnitPlan {
  readonly #keys: Uint16Array;
  /** By key: how many units it has. */
  readonly counts: readonly number[];

  constructor(units: number, random: SeededRandom, keys = KEYS) {
    if (keys < 1 || keys > MAX_KEYS) throw new RangeError(`keys: 1 to ${MAX_KEYS}`);
    this.#keys = new Uint16Array(units);
    const counts = Array.from({ length: keys }, () => 0);
    for (let at = 0; at < units; ) {
      const key = random.whole(0, keys - 1);
      const end = Math.min(units, at + random.whole(1, LONGEST_RUN));
      counts[key] = (counts[key] ?? 0) + end - at;
      this.#keys.fill(key, at, end);
      at = end;
    }
    this.counts = counts;
  }

  get length(): number {
    return this.#keys.length;
  }

  *units(): Generator<Unit> {
    const next = this.counts.map(() => 0);
    for (const key of this.#keys) {
      const n = next[key] ?? 0;
      next[key] = n + 1;
      yield { key, n };
    }
  }
}
