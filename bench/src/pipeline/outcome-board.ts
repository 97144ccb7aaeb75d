import { DocketError } from '@docket/contracts';
import { unitId } from '../workload/unit.js';
import type { OutcomeOfUnit } from '../workload/hops.js';

/** Which outcomes were seen, and when: by the number of the unit. */
export class OutcomeBoard {
  readonly #seenAt: Float64Array;
  #seen = 0;
  #doubled = 0;

  /** For the units 0 to `units` - 1. */
  constructor(units: number) {
    this.#seenAt = new Float64Array(units).fill(Number.NaN);
  }

  /** Different units seen. */
  get seen(): number {
    return this.#seen;
  }

  /** Outcomes beyond the first of their unit. */
  get doubled(): number {
    return this.#doubled;
  }

  /** Notes the JSON of an outcome. Throws DOCKET_BENCH_OUTCOME (critical) where no unit ends so. */
  note(value: Buffer | null, at: number): void {
    const outcome = JSON.parse(String(value)) as Partial<OutcomeOfUnit> | null;
    const sequence = outcome?.sequence ?? -1;
    const before = this.#seenAt[sequence];
    if (before === undefined || outcome?.id !== unitId(sequence)) {
      throw new DocketError('DOCKET_BENCH_OUTCOME', 'an outcome belongs to no unit that was sent');
    }
    if (!Number.isNaN(before)) {
      this.#doubled += 1;
      return;
    }
    this.#seenAt[sequence] = at;
    this.#seen += 1;
  }

  /** When the outcomes of the units `from` to `to` - 1 were seen, in their order; NaN: not yet. */
  seenAt(from: number, to: number): Float64Array {
    return this.#seenAt.subarray(from, to);
  }
}
