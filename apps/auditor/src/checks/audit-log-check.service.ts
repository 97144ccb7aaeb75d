import { stableDigest, verifyAuditRecord, type AuditViolation } from '@docket/audit';
import type { Logger, Metrics } from '@docket/observability';
import type { InputRecord } from '@docket/stage';
import { Inject, Injectable } from '@nestjs/common';
import { RecentEvents } from './recent-events.js';

export interface AuditLogCheckParts {
  readonly metrics: Metrics;
  readonly log: Logger;
  /** Event ids that are remembered for the identity check. */
  readonly rememberedEvents: number;
}

export const AUDIT_LOG_CHECK_PARTS = Symbol('AuditLogCheckParts');

type Violation = AuditViolation | 'conflict';

/** The checks in their order; those behind one that fails are not made. */
const CHECKS = ['key', 'schema', 'identity'] as const;
const FAILED: Readonly<Record<Violation, (typeof CHECKS)[number]>> = {
  tombstone: 'key', key: 'key', schema: 'schema', conflict: 'identity',
};

/**
 * Checks records of the audit log one by one: each by itself (key, schema, id), and against those seen lately:
 * the same event id with other content is a conflict, with the same content a duplicate, which is no violation.
 * A violation is counted and logged with the place where it lies, never with content.
 */
@Injectable()
export class AuditLogCheck {
  readonly #recent: RecentEvents;

  constructor(@Inject(AUDIT_LOG_CHECK_PARTS) private readonly parts: AuditLogCheckParts) {
    this.#recent = new RecentEvents(parts.rememberedEvents);
  }

  check(record: InputRecord): Violation | undefined {
    const found = this.#violationOf(record);
    this.#count(found);
    if (found) {
      const { topic, partition, offset } = record;
      this.parts.log.error('audit violation', { topic, partition, offset: String(offset), code: `DOCKET_AUDIT_${found.toUpperCase()}` });
    }
    return found;
  }

  #violationOf({ key, value }: InputRecord): Violation | undefined {
    const verified = verifyAuditRecord(key, value);
    if ('violation' in verified) return verified.violation;
    const { event } = verified;
    return this.#recent.recognise(event.id, stableDigest(event)) === 'conflict' ? 'conflict' : undefined;
  }

  #count(found: Violation | undefined): void {
    const { metrics } = this.parts;
    for (const check of CHECKS) {
      const failed = found !== undefined && FAILED[found] === check;
      metrics.increment('audit_verifications_total', { check, result: failed ? 'violation' : 'ok' });
      if (failed) break;
    }
    if (found) metrics.increment('audit_violations_total', { kind: found });
  }
}
