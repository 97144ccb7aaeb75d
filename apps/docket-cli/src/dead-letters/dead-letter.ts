import { causeOf, HEADER, isUuid, type Headers } from '@docket/contracts';
import type { ReadRecord } from '../cli/cluster.js';
import { formatPlace } from './place.js';

/** A record of a dead-letter or parked topic, without its payload. Texts are as the headers say; absent ones are null. */
export interface DeadLetter {
  /** `topic/partition/offset` of the letter itself. */
  readonly place: string;
  /** Correlation id; null where the header is missing or none. */
  readonly unit: string | null;
  /** What the stage's ledger knows the unit by, 32 hex digits; null where no header tells it. */
  readonly ledgerId: string | null;
  readonly cause: string;
  readonly code: string | null;
  readonly attempts: number | null;
  readonly firstFailure: string | null;
  readonly lastFailure: string | null;
  /** When a parked unit is due by itself. */
  readonly notBefore: string | null;
  /** `topic/partition/offset` of the input. */
  readonly origin: string | null;
  /** The broker's time of the letter, ISO 8601 UTC. */
  readonly at: string;
}

export function toDeadLetter(stage: string, record: ReadRecord): DeadLetter {
  const text = (name: string) => record.headers[name]?.slice(0, MOST_TEXT) ?? null;
  const unit = record.headers[HEADER.correlationId];
  const attempts = record.headers[HEADER.attempt];
  return {
    place: formatPlace(record),
    unit: isUuid(unit) ? unit : null,
    ledgerId: ledgerIdOf(record.headers),
    cause: causeOf(stage, record.headers),
    code: text(HEADER.errorCode),
    attempts: attempts !== undefined && /^\d{1,9}$/.test(attempts) ? Number(attempts) : null,
    firstFailure: text(HEADER.firstFailure),
    lastFailure: text(HEADER.lastFailure),
    notBefore: text(HEADER.notBefore),
    origin: text(HEADER.origin),
    at: isoTime(record.timestamp),
  };
}

/** Longer headers are no text of ours. */
const MOST_TEXT = 300;

const LEDGER_ID = /^[0-9a-f]{32}$/;

function ledgerIdOf({ [HEADER.unit]: given, [HEADER.correlationId]: correlationId }: Headers): string | null {
  if (given !== undefined) return LEDGER_ID.test(given) ? given : null;
  return isUuid(correlationId) ? correlationId.replaceAll('-', '') : null;
}

function isoTime(ms: number): string {
  return new Date(Number.isFinite(ms) && Math.abs(ms) <= 8.64e15 ? ms : 0).toISOString();
}
