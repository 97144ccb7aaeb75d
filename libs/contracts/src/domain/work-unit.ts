import { poison } from '../errors.js';
import { SHA256_HEX } from '../canonical.js';
import { isUuid } from '../kafka/headers.js';

export type UnitKind = 'grant' | 'record';

/** Immutable once made: what intake writes and every later stage passes on byte for byte. */
export interface WorkUnit {
  readonly correlationId: string;
  readonly batchTraceId: string;
  readonly tenant: string;
  readonly kind: UnitKind;
  /** ISO 8601, UTC, milliseconds. */
  readonly receivedAt: string;
  /** SHA-256 (hex) of the RFC 8785 form of the payload. */
  readonly digest: string;
  readonly payload: unknown;
}

/** What may be told of a unit outside its own topics: identifiers, never payload. */
export interface UnitDescriptor {
  readonly kind: UnitKind;
  readonly tenant: string;
  readonly digest: string;
  readonly receivedAt: string;
  /** Identifiers of the subject: grantId and funder, or requestId, documentId and repository. */
  readonly ids: Readonly<Record<string, string>>;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Reads a work unit that Docket itself wrote. Throws poison DOCKET_WORK_UNIT where it is none. */
export function parseWorkUnit(bytes: Uint8Array | null): WorkUnit {
  if (!bytes) throw poison('DOCKET_WORK_UNIT', 'the record has no value');
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw poison('DOCKET_WORK_UNIT', 'the record is not a JSON work unit', cause);
  }
  if (!isWorkUnit(value)) throw poison('DOCKET_WORK_UNIT', 'the record is not a work unit');
  return value;
}

function isWorkUnit(value: unknown): value is WorkUnit {
  if (typeof value !== 'object' || value === null) return false;
  const unit = value as Record<string, unknown>;
  return (
    isUuid(text(unit['correlationId'])) && isUuid(text(unit['batchTraceId'])) && text(unit['tenant']) !== undefined &&
    (unit['kind'] === 'grant' || unit['kind'] === 'record') &&
    INSTANT.test(text(unit['receivedAt']) ?? '') && SHA256_HEX.test(text(unit['digest']) ?? '') && 'payload' in unit
  );
}

const DESCRIBED: Record<UnitKind, readonly string[]> = {
  grant: ['grantId', 'funder'],
  record: ['requestId', 'documentId', 'repository', 'jurisdiction'],
};

/** The identifiers of a unit whose payload may still be invalid: parts that are no short strings are left out. */
export function describeUnit(unit: WorkUnit): UnitDescriptor {
  const payload = (typeof unit.payload === 'object' && unit.payload !== null ? unit.payload : {}) as Record<string, unknown>;
  const ids: Record<string, string> = {};
  for (const name of DESCRIBED[unit.kind]) {
    const value = payload[name];
    if (typeof value === 'string' && value.length <= 200) ids[name] = value;
  }
  return { kind: unit.kind, tenant: unit.tenant, digest: unit.digest, receivedAt: unit.receivedAt, ids };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
