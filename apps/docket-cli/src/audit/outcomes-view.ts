import type { ReadRecord } from '../cli/cluster.js';
import { parseOutcome, type CheckedOutcome } from './outcome.schema.js';

/** The latest outcome of each unit, as a compacted topic shows it; what cannot be read is told. */
export class OutcomesView {
  readonly #latest = new Map<string, CheckedOutcome>();

  constructor(private readonly onViolation: (record: ReadRecord) => void) {}

  get size(): number {
    return this.#latest.size;
  }

  apply(record: ReadRecord): void {
    const { key, value } = record;
    const outcome = value === null ? undefined : parseOutcome(key, value);
    if (outcome) this.#latest.set(outcome.correlationId, outcome);
    else this.onViolation(record);
  }

  has(correlationId: string): boolean {
    return this.#latest.has(correlationId);
  }

  all(): Iterable<CheckedOutcome> {
    return this.#latest.values();
  }
}
