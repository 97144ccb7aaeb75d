import type { LedgerEntry, LedgerPending } from './ledger-entry.js';
import { readHex, writeHex } from './hex.js';
import { unfit } from './ledger-error.js';
import {
  attemptOf, BEFORE, DEAD, DIGEST, DONE, hopOf, ID, ID_WORDS, isMarked, META, offsetOf, PARKED, PENDING, setMeta, setOffsetAndTime,
  stateOf, STATES, SUBJECT, TIME_LIMIT, timeOf, word, WRITTEN_BITS,
} from './row.js';

/**
 * Puts an entry into `row`, all of it checked. The pending part is not copied, only noted.
 * @throws DocketError DOCKET_LEDGER_ENTRY
 */
export function entryToRow(entry: LedgerEntry, row: Uint32Array): void {
  readHex(entry.id, 'id', row, ID, ID_WORDS);
  readHex(entry.digest, 'digest', row, DIGEST, 4);
  readHex(entry.subject, 'subject', row, SUBJECT, 2);
  const offset = Number(entry.offset);
  if (offset < 0 || !Number.isSafeInteger(offset)) throw unfit('offset must be from 0 to 2^53 - 1');
  checkWhole(entry.at, TIME_LIMIT, 'at');
  checkWhole(entry.attempt, 2 ** 16, 'attempt');
  checkWhole(entry.hop, 2 ** 32, 'hop');
  if (entry.pending) checkPending(entry.pending);
  const before = entry.afterDead === true || entry.pending?.dead === true;
  if (entry.afterDead === true && entry.state !== 'done') throw unfit('afterDead belongs to done only');
  const flags = STATES.indexOf(entry.state) | (before ? BEFORE : 0) | (entry.pending ? PENDING : 0);
  if (!isFlags(flags)) throw unfit(`retrying, held and redriven need a pending part, done and dead have none (state ${entry.state})`);
  setOffsetAndTime(row, 0, offset, entry.at);
  setMeta(row, 0, entry.attempt, entry.hop, flags);
}

export function rowToEntry(words: Uint32Array, base: number, pending: LedgerPending | undefined): LedgerEntry {
  const hex = writeHex(words, base, 10);
  const state = STATES[stateOf(words, base)];
  if (state === undefined) throw new Error('a free row holds no entry');
  const before = isMarked(words, base, BEFORE);
  return {
    id: hex.slice(0, 32),
    digest: hex.slice(32, 64),
    subject: hex.slice(64),
    offset: BigInt(offsetOf(words, base)),
    at: timeOf(words, base),
    state,
    attempt: attemptOf(words, base),
    hop: hopOf(words, base),
    ...(pending && { pending: pending.dead === before ? pending : { ...pending, dead: before } }),
    ...(state === 'done' && before && { afterDead: true }),
  };
}

/** Whether the META word of a packed row can have been written by this code. */
export function isPackedRow(row: Uint32Array): boolean {
  const meta = word(row, META);
  return (meta & WRITTEN_BITS) === 0 && isFlags(meta & 0x1f);
}

export function checkWhole(value: number, limit: number, name: string): void {
  if (!Number.isInteger(value) || value < 0 || value >= limit) throw unfit(`${name} must be a whole number from 0 below ${limit}`);
}

function isFlags(flags: number): boolean {
  const state = flags & 7;
  if (state < DONE || state >= STATES.length) return false;
  if (state === PARKED) return true;
  return ((flags & PENDING) !== 0) === (state !== DONE && state !== DEAD);
}

function checkPending(pending: LedgerPending): void {
  checkWhole(pending.tier, 256, 'tier');
  checkWhole(pending.dueAt, TIME_LIMIT, 'dueAt');
}
