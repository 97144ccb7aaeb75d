/** What a stage did with a record; the closed list of audit steps. */
export const AUDIT_STEPS = [
  'completed', 'retried', 'throttled', 'rejected', 'quarantined', 'parked', 'dead-lettered', 'duplicate', 'conflict', 'redriven',
] as const;
export type AuditStep = (typeof AUDIT_STEPS)[number];

/**
 * Value of `audit.log`: CloudEvents JSON in RFC 8785 form, at most 64 KiB, with nothing but these members.
 * The Kafka key is the SHA-256 (hex) of the value bytes.
 */
export interface AuditEvent {
  readonly specversion: '1.0';
  readonly type: `docket.audit.${AuditStep}.v1`;
  readonly source: `/docket/${string}`;
  /** Correlation id of the unit. */
  readonly subject: string;
  /** ISO 8601 UTC, milliseconds. */
  readonly time: string;
  readonly dataschema: typeof AUDIT_SCHEMA;
  /** SHA-256 (hex) of what identifies the step: a step done again has the same id. */
  readonly id: string;
  readonly data: {
    readonly actor: { readonly type: 'service'; readonly uid: string };
    /** The stage. */
    readonly action: string;
    readonly outcome: { readonly status: 'success' | 'failure'; readonly code: string };
    readonly object: { readonly uid: string; readonly digest: string };
    readonly input: { readonly topic: string; readonly partition: number; readonly offset: string };
    readonly attempt: number;
    readonly trace: { readonly traceparent: string; readonly batchTraceId: string };
    /** Volatile: differs when a step is repeated. `prev` is the SHA-256 of this instance's preceding event. */
    readonly exec: { readonly instance: string; readonly seq: number; readonly prev: string };
  };
}

export const AUDIT_SCHEMA = 'urn:docket:schema:audit-event:v1';

/** Largest value of the audit topic, bytes. */
export const AUDIT_MAX_BYTES = 64 * 1024;
