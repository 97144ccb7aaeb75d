import {
  AUDIT_MAX_BYTES, AUDIT_SCHEMA, canonicalJson, DocketError, sha256Hex, type AuditEvent, type AuditStep, type Component, type Lane,
} from '@docket/contracts';

/** A step as a service reports it. */
export interface AuditStepInput {
  readonly stage: string;
  readonly step: AuditStep;
  readonly code: string;
  readonly subject: string;
  readonly digest: string;
  readonly batchTraceId: string;
  readonly traceparent: string;
  readonly attempt: number;
  readonly input: { readonly topic: string; readonly partition: number; readonly offset: bigint };
}

/** An event ready to be appended: the key is the SHA-256 (hex) of the value bytes. */
export interface AuditRecord {
  readonly key: string;
  readonly value: Buffer;
  /** Decides the partition, so that one subject's events stay in order. */
  readonly subject: string;
}

const SUCCESS: ReadonlySet<AuditStep> = new Set(['completed', 'duplicate', 'redriven']);

/** Builds the audit events of one process and chains them: each names the hash of the one before. */
export class AuditEmitter {
  #seq = 0;
  #prev = '0'.repeat(64);

  constructor(private readonly component: Component, private readonly lane: Lane, private readonly instance: string) {}

  /** @param now milliseconds since the epoch. Throws DOCKET_AUDIT_SIZE (critical) above 64 KiB. */
  build(step: AuditStepInput, now: number): AuditRecord {
    const input = { topic: step.input.topic, partition: step.input.partition, offset: String(step.input.offset) };
    const type = `docket.audit.${step.step}.v1` as const;
    const event: AuditEvent = {
      specversion: '1.0',
      type,
      source: `/docket/${this.component}/${this.lane}`,
      subject: step.subject,
      time: new Date(now).toISOString(),
      dataschema: AUDIT_SCHEMA,
      id: auditEventId(this.component, input, step.stage, step.attempt, type, step.code),
      data: {
        actor: { type: 'service', uid: this.component },
        action: step.stage,
        outcome: { status: SUCCESS.has(step.step) ? 'success' : 'failure', code: step.code },
        object: { uid: step.subject, digest: step.digest },
        input,
        attempt: step.attempt,
        trace: { traceparent: step.traceparent, batchTraceId: step.batchTraceId },
        exec: { instance: this.instance, seq: this.#seq, prev: this.#prev },
      },
    };
    const value = Buffer.from(canonicalJson(event), 'utf8');
    if (value.length > AUDIT_MAX_BYTES) throw new DocketError('DOCKET_AUDIT_SIZE', 'an audit event exceeds 64 KiB');
    const key = sha256Hex(value);
    this.#seq++;
    this.#prev = key;
    return { key, value, subject: step.subject };
  }
}

/**
 * Identity of a step: the same step done again with the same result has the same id. Operation id and epoch are empty
 * until stages have them; the code stands in for the epoch, since a step done again after a crash may truthfully end
 * otherwise.
 */
export function auditEventId(
  component: string, input: AuditEvent['data']['input'], stage: string, attempt: number, type: string, code: string, operation = '', epoch = '',
): string {
  return sha256Hex(canonicalJson([component, `${input.topic}/${input.partition}/${input.offset}`, stage, attempt, operation, epoch, type, code]));
}
