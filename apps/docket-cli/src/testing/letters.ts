import { HEADER, ownTopics, stageSpec } from '@docket/contracts';
import { encodeLedgerRecord, type LedgerEntry, type LedgerState } from '@docket/stage';
import type { ReadRecord } from '../cli/cluster.js';
import { NOW } from './run-docket.js';

/** Builders of what a stage's tasks write. */

export const STAGE = 'executor';
const TOPICS = ownTopics(stageSpec(STAGE));

export function unitId(n: number): string {
  return `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
}

/** The ledger's id of a unit whose correlation id tells it. */
export function ledgerIdOf(n: number): string {
  return unitId(n).replaceAll('-', '');
}

export interface LetterGiven {
  readonly unit?: number;
  /** Where the header is to have another than the unit's own; null leaves it out. */
  readonly ledgerId?: string | null;
  /** Input offset; the unit's number by default, as in entry(). */
  readonly origin?: number;
  readonly partition?: number;
  readonly code?: string;
  readonly topic?: string;
  readonly value?: Buffer | null;
  /** Milliseconds behind NOW. */
  readonly at?: number;
}

/** The record at this offset of the stage's dead-letter topic, unless another is named. */
export function letter(offset: number, given: LetterGiven = {}): ReadRecord {
  const { unit = offset, partition = 0, code = 'DOCKET_RETRY_EXHAUSTED', topic = TOPICS.dlq, value = Buffer.from('{"grantId":"GR-1"}'), at = offset } = given;
  const { ledgerId = ledgerIdOf(unit), origin = unit } = given;
  return {
    topic, partition, offset: BigInt(offset), timestamp: NOW + at, key: 'subject', value,
    headers: {
      [HEADER.correlationId]: unitId(unit),
      [HEADER.origin]: `grants.validated/${partition}/${origin}`,
      [HEADER.errorCode]: code,
      ...(ledgerId !== null && { [HEADER.unit]: ledgerId }),
      [HEADER.attempt]: '4',
      [HEADER.firstFailure]: '2026-03-02T08:00:00.000Z',
      [HEADER.lastFailure]: '2026-03-02T08:59:00.000Z',
    },
  };
}

export function entry(unit: number, state: LedgerState, orderKey = 'key'): LedgerEntry {
  const pending = { tier: 1, dueAt: NOW, orderKey, operation: '', dead: false };
  const open = state === 'retrying' || state === 'held' || state === 'redriven';
  return {
    id: ledgerIdOf(unit), digest: 'a'.repeat(32), subject: 'b'.repeat(16), offset: BigInt(unit), at: NOW, state, attempt: 1, hop: 0,
    ...(open && { pending }),
  };
}

/** A record of the stage's ledger with these entries. */
export function ledgerRecord(offset: number, entries: readonly LedgerEntry[], partition = 0): ReadRecord {
  const head = { sequence: BigInt(offset + 1), writtenAt: NOW, previousAt: 0, positions: new Map<string, bigint>(), nonce: '' };
  return { topic: TOPICS.ledger, partition, offset: BigInt(offset), timestamp: NOW, key: '', value: encodeLedgerRecord(head, entries), headers: {} };
}
