import { missingSteps, stableDigest, verifyAuditRecord, type AuditViolation } from '@docket/audit';
import type { AuditEvent, Outcome } from '@docket/contracts';
import type { ReadRecord } from '../cli/cluster.js';
import { BoundedList } from './bounded-list.js';
import { OutcomesView } from './outcomes-view.js';

/** A record that should not be as it is; `outcome`: no outcome can be read from a record of `outcomes`. */
export interface PlacedViolation {
  readonly kind: AuditViolation | 'conflict' | 'outcome';
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/** An outcome whose steps are not all on the record. */
export interface IncompleteTrail {
  readonly correlationId: string;
  readonly state: Outcome['state'];
  readonly stage: string;
  readonly missing: readonly string[];
}

interface Found<T> {
  readonly count: number;
  /** The first of them. */
  readonly listed: readonly T[];
}

/** What `docket audit check` writes with --json. */
export interface AuditReport {
  readonly ok: boolean;
  readonly events: number;
  /** The same step on the record again, with equal content: harmless. */
  readonly duplicates: number;
  readonly outcomes: number;
  readonly violations: Found<PlacedViolation>;
  readonly incomplete: Found<IncompleteTrail>;
}

const MOST_LISTED = 1_000;

/**
 * Reviews the whole audit log against the outcomes. Outcomes must be read first and wholly: a unit's steps are
 * acknowledged before its outcome is written, so a log read afterwards holds them, also while work goes on.
 */
export class AuditReview {
  readonly #violations = new BoundedList<PlacedViolation>(MOST_LISTED);
  readonly #outcomes = new OutcomesView((record) => this.#violate('outcome', record));
  readonly #digests = new Map<string, string>();
  readonly #trails = new Map<string, AuditEvent[]>();
  #events = 0;
  #duplicates = 0;

  addOutcome(record: ReadRecord): void {
    this.#outcomes.apply(record);
  }

  addEvent(record: ReadRecord): void {
    this.#events++;
    const verified = verifyAuditRecord(record.key, record.value);
    if ('violation' in verified) return this.#violate(verified.violation, record);
    const { event } = verified;
    const digest = stableDigest(event);
    const known = this.#digests.get(event.id);
    if (known === digest) {
      this.#duplicates++;
      return;
    }
    if (known !== undefined) return this.#violate('conflict', record);
    this.#digests.set(event.id, digest);
    if (!this.#outcomes.has(event.subject)) return;
    const trail = this.#trails.get(event.subject);
    if (trail) trail.push(event);
    else this.#trails.set(event.subject, [event]);
  }

  report(): AuditReport {
    const incomplete = new BoundedList<IncompleteTrail>(MOST_LISTED);
    for (const outcome of this.#outcomes.all()) {
      const missing = missingSteps(outcome, this.#trails.get(outcome.correlationId) ?? []);
      const { correlationId, state, stage } = outcome;
      if (missing.length > 0) incomplete.add({ correlationId, state, stage, missing });
    }
    return {
      ok: this.#violations.count === 0 && incomplete.count === 0,
      events: this.#events,
      duplicates: this.#duplicates,
      outcomes: this.#outcomes.size,
      violations: { count: this.#violations.count, listed: this.#violations.listed },
      incomplete: { count: incomplete.count, listed: incomplete.listed },
    };
  }

  #violate(kind: PlacedViolation['kind'], { topic, partition, offset }: ReadRecord): void {
    this.#violations.add({ kind, topic, partition, offset: String(offset) });
  }
}
