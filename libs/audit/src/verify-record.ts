import { canonicalJson, sha256Hex, type AuditEvent } from '@docket/contracts';
import { auditEventId } from './audit-emitter.js';
import { parseAuditEvent } from './audit-event.schema.js';

export type AuditViolation = 'tombstone' | 'key' | 'schema';

export type VerifiedRecord = { readonly event: AuditEvent } | { readonly violation: AuditViolation };

/**
 * Checks a record of the audit topic by itself: it has a value, its key is the value's SHA-256, the value is
 * canonical, fits the schema, and its id follows from what it says.
 */
export function verifyAuditRecord(key: string | null, value: Buffer | null): VerifiedRecord {
  if (!value) return { violation: 'tombstone' };
  if (key !== sha256Hex(value)) return { violation: 'key' };
  const event = parseAuditEvent(value);
  if (!event || canonicalJson(event) !== value.toString('utf8')) return { violation: 'schema' };
  const { actor, input, action, attempt, outcome } = event.data;
  return event.id === auditEventId(actor.uid, input, action, attempt, event.type, outcome.code) ? { event } : { violation: 'schema' };
}

/** What of an event must be equal when the same step is done again: all but time and exec. */
export function stableDigest(event: AuditEvent): string {
  return sha256Hex(canonicalJson({ ...event, time: '', data: { ...event.data, exec: '' } }));
}
