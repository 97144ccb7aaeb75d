import type { Sheet } from '../output/render.js';
import type { AuditReport } from './audit-review.js';

/** A row for each finding; none where all is well. */
export function auditSheet({ violations, incomplete }: AuditReport): Sheet {
  return {
    columns: ['finding', 'place', 'unit', 'detail'],
    rows: [
      ...violations.listed.map(({ kind, topic, partition, offset }) => [kind, `${topic}/${partition}/${offset}`, '', '']),
      ...incomplete.listed.map(({ correlationId, state, stage, missing }) => [
        'incomplete', '', correlationId, `${state} at ${stage}; missing: ${missing.join('; ')}`,
      ]),
    ],
  };
}

export function auditSummary({ events, duplicates, outcomes, violations, incomplete }: AuditReport): string {
  const listed = violations.listed.length + incomplete.listed.length;
  const more = violations.count + incomplete.count - listed;
  return (
    `${events} event(s), ${duplicates} of them repeated, and ${outcomes} outcome(s) checked: ` +
    `${violations.count} violation(s), ${incomplete.count} outcome(s) with missing steps${more > 0 ? `; ${more} more are not listed` : ''}\n`
  );
}
