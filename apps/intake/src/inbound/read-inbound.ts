import {
  correlationId, describeUnit, grantSubject, HEADER, isTraceparent, isUuid, parseStrictJson, payloadDigest, poison, readEnvelope,
  recordSubject, violation, type UnitKind, type Violation, type WorkUnit,
} from '@docket/contracts';
import type { Decoded, Decoder, InputRecord } from '@docket/stage';

/** What the handler of an inbound topic is given. */
export interface Inbound {
  readonly unit: WorkUnit;
  /** Key and order key of the work unit. */
  readonly subject: string;
  readonly traceparent: string;
  /** Faults of the envelope: the unit is rejected, not made. */
  readonly violations: readonly Violation[];
}

/** As over HTTP. The broker's own limit counts compressed bytes, so a record can be far larger than its topic seems to allow. */
const MAX_PAYLOAD_BYTES = 256 * 1024;

const SPREADSHEET = /spreadsheet|ms-excel|text\/csv/i;

/**
 * Decoder of an inbound topic. The tenant follows from ce_source, never from the payload; the unit's time is the
 * broker's, so that a replay makes the same unit. Throws poison where the record cannot be read or its source is
 * not known.
 */
export function readInbound(kind: UnitKind, tenantOf: (source: string) => string | undefined): Decoder {
  return (record): Decoded & { data: Inbound } => {
    const envelope = readEnvelope(record.headers);
    const tenant = tenantOf(envelope.source);
    if (tenant === undefined) throw poison('DOCKET_UNKNOWN_SOURCE', 'ce_source is bound to no tenant: add it to DOCKET_SOURCES');
    const payload = readPayload(record, envelope.contentType);
    const digest = payloadDigest(payload);
    const subject = kind === 'grant' ? grantSubject(tenant, payload) : recordSubject(tenant, payload);
    const id = correlationId(tenant, envelope.source, envelope.id, subject);
    const batchTraceId = record.headers[HEADER.batchTraceId];
    const traceparent = record.headers[HEADER.traceparent];
    const unit: WorkUnit = {
      correlationId: id,
      batchTraceId: isUuid(batchTraceId) ? batchTraceId : id,
      tenant,
      kind,
      receivedAt: new Date(record.timestamp).toISOString(),
      digest,
      payload,
    };
    return {
      identity: { correlationId: id, batchTraceId: unit.batchTraceId, digest, unit: describeUnit(unit) },
      data: {
        unit,
        subject,
        traceparent: isTraceparent(traceparent) ? traceparent : `00-${id.replaceAll('-', '')}-${digest.slice(0, 16)}-01`,
        violations: envelopeFaults(record, digest),
      },
    };
  };
}

function readPayload(record: InputRecord, contentType: string): unknown {
  if (!record.value || record.value.length === 0) throw poison('DOCKET_POISON_EMPTY', 'the record has no value');
  if (record.value.length > MAX_PAYLOAD_BYTES) throw poison('DOCKET_BODY_TOO_LARGE', 'the payload exceeds 256 KiB: documents travel by reference');
  if (SPREADSHEET.test(contentType)) throw poison('DOCKET_RAW_SPREADSHEET', 'spreadsheets come only through excel-budget-template-sync');
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType)) throw poison('DOCKET_CONTENT_TYPE', 'the content type is not JSON');
  return parseStrictJson(record.value);
}

function envelopeFaults(record: InputRecord, digest: string): Violation[] {
  const faults: Violation[] = [];
  const given = record.headers[HEADER.digest];
  if (given !== undefined && given !== digest) {
    faults.push(violation('SEC-HASH-01', '$', 'the digest given is not that of the payload', 'SHA-256 of the RFC 8785 form', 'string'));
  }
  const batch = record.headers[HEADER.batchTraceId];
  if (batch !== undefined && !isUuid(batch)) {
    faults.push(violation('AUD-TRACE-02', '$', 'the batch trace id is no UUID', 'a lower-case UUID', 'string'));
  }
  return faults;
}
