import { hash } from 'node:crypto';
import { HEADER, isUuid, SHA256_HEX, type StageSpec } from '@docket/contracts';
import type { InputRecord } from './record.js';

/** What the ledger knows a unit by; lower-case hex. */
export interface UnitRef {
  /** 128 bits. */
  readonly id: string;
  /** First 128 bits of the payload's SHA-256. */
  readonly digest: string;
  /** 64 bits of the subject's hash; zeros where the stage does not compare subjects. */
  readonly subject: string;
}

const NO_SUBJECT = '0'.repeat(16);

const UNIT_ID = /^[0-9a-f]{32}$/;

/** What a redriven record says it is; to be believed only where the ledger knows of that operation. */
export function redrivenRef(spec: StageSpec, record: InputRecord): { readonly ref: UnitRef; readonly operation: string } | undefined {
  const { [HEADER.operation]: operation, [HEADER.unit]: unit } = record.headers;
  if (operation === undefined || unit === undefined || !UNIT_ID.test(unit)) return undefined;
  return { ref: { ...unitRef(spec, record), id: unit }, operation };
}

/** See StageSpec.dedupe. What cannot be told by its id is told by the place where it lies. */
export function unitRef(spec: StageSpec, record: InputRecord): UnitRef {
  const given = record.headers[HEADER.digest];
  return {
    id: unitId(spec, record),
    digest: given !== undefined && SHA256_HEX.test(given) ? given.slice(0, 32) : hash('sha256', record.value ?? '').slice(0, 32),
    subject: spec.contentDuplicates ? hash('sha256', record.key ?? '').slice(0, 16) : NO_SUBJECT,
  };
}


/** The correlation id that a ledger id was made from. */
export function correlationIdOf(id: string): string {
  return `${id.slice(0, 8)}-${id.slice(8, 12)}-${id.slice(12, 16)}-${id.slice(16, 20)}-${id.slice(20)}`;
}

/** Identity of the record itself rather than of its unit. */
export function originRef(record: InputRecord): string {
  return short('origin', record.topic, `${record.partition}/${record.offset}`);
}

function unitId(spec: StageSpec, record: InputRecord): string {
  if (spec.dedupe === 'origin' || record.oversized) return originRef(record);
  const correlationId = record.headers[HEADER.correlationId];
  if (isUuid(correlationId)) return correlationId.replaceAll('-', '');
  const source = record.headers[HEADER.source];
  const id = record.headers[HEADER.id];
  return source === undefined || id === undefined ? originRef(record) : short('event', source, id);
}

/** Length-prefixed, so that no two lists of parts give the same bytes. */
function short(kind: string, first: string, second: string): string {
  return hash('sha256', `${kind} ${first.length} ${first} ${second}`).slice(0, 32);
}
