import { AUDIT_MAX_BYTES, AUDIT_SCHEMA, AUDIT_STEPS, type AuditEvent } from '@docket/contracts';

type Check = (value: unknown) => boolean;

const pattern = (regex: RegExp): Check => (value) => typeof value === 'string' && regex.test(value);
const whole: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const one = (...values: readonly string[]): Check => (value) => typeof value === 'string' && values.includes(value);
const HEX = pattern(/^[0-9a-f]{64}$/);
const NAME = pattern(/^[A-Za-z0-9._/-]{1,200}$/);
const UUID_TEXT = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** Exactly these members, each as described: an allow-list, so that no free text can enter the log. */
function exactly(members: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(members);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    const object = value as Record<string, unknown>;
    return Object.keys(object).length === names.length && names.every((name) => name in object && members[name]?.(object[name]));
  };
}

const matches = exactly({
  specversion: one('1.0'),
  type: one(...AUDIT_STEPS.map((step) => `docket.audit.${step}.v1`)),
  source: pattern(/^\/docket\/[a-z-]+\/[a-z]+$/),
  subject: UUID_TEXT,
  time: pattern(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
  dataschema: one(AUDIT_SCHEMA),
  id: HEX,
  data: exactly({
    actor: exactly({ type: one('service'), uid: NAME }),
    action: NAME,
    outcome: exactly({ status: one('success', 'failure'), code: pattern(/^[A-Za-z0-9_-]{1,80}$/) }),
    object: exactly({ uid: UUID_TEXT, digest: HEX }),
    input: exactly({ topic: NAME, partition: whole, offset: pattern(/^\d{1,19}$/) }),
    attempt: whole,
    trace: exactly({ traceparent: pattern(/^(|00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})$/), batchTraceId: UUID_TEXT }),
    exec: exactly({ instance: NAME, seq: whole, prev: HEX }),
  }),
});

/** The event in these bytes, or undefined where they are none. */
export function parseAuditEvent(bytes: Buffer): AuditEvent | undefined {
  if (bytes.length > AUDIT_MAX_BYTES) return undefined;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return matches(value) ? (value as AuditEvent) : undefined;
  } catch {
    return undefined;
  }
}
