import { poison } from '../errors.js';
import { UUID } from '../ids.js';

/** Kafka record headers, decoded as UTF-8. */
export type Headers = Readonly<Record<string, string>>;

/** Header names: CloudEvents 1.0 binary mode for Kafka, W3C trace context, and Docket's own. */
export const HEADER = {
  specVersion: 'ce_specversion',
  id: 'ce_id',
  source: 'ce_source',
  type: 'ce_type',
  subject: 'ce_subject',
  time: 'ce_time',
  dataSchema: 'ce_dataschema',
  contentType: 'content-type',
  traceparent: 'traceparent',
  tracestate: 'tracestate',
  correlationId: 'docket-correlation-id',
  batchTraceId: 'docket-batch-trace-id',
  digest: 'docket-digest',
  orderKey: 'docket-order-key',
  lane: 'docket-lane',
  attempt: 'docket-attempt',
  notBefore: 'docket-not-before',
  errorCode: 'docket-error-code',
  origin: 'docket-origin',
  /** On a retry topic: how often the record passed through one. */
  hop: 'docket-hop',
  /** On a retry topic: the broker's time of the input, milliseconds. */
  appendedAt: 'docket-appended-at',
  firstFailure: 'docket-first-failure',
  lastFailure: 'docket-last-failure',
  /** Id of the redrive or release that put the record back. */
  operation: 'docket-operation',
  /** On dead letters, parked and redriven records: the ledger's id of the unit. */
  unit: 'docket-unit',
} as const;

/** What an upstream writer must set. */
export interface InboundEnvelope {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly contentType: string;
}

/** Reads the required envelope parts. Throws poison DOCKET_ENVELOPE naming what is missing. */
export function readEnvelope(headers: Headers): InboundEnvelope {
  const missing = [HEADER.id, HEADER.source, HEADER.type, HEADER.contentType].filter((name) => !headers[name]?.trim());
  if (missing.length > 0) throw poison('DOCKET_ENVELOPE', `required headers are missing: ${missing.join(', ')}`);
  return {
    id: headers[HEADER.id] ?? '',
    source: headers[HEADER.source] ?? '',
    type: headers[HEADER.type] ?? '',
    contentType: headers[HEADER.contentType] ?? '',
  };
}

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function isTraceparent(value: string | undefined): value is string {
  return value !== undefined && TRACEPARENT.test(value);
}

export function isUuid(value: string | undefined): value is string {
  return value !== undefined && UUID.test(value);
}
