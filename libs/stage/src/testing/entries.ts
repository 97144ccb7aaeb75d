import { HEADER, sha256Hex } from '@docket/contracts';
import type { LedgerEntry } from '../ledger/ledger-entry.js';
import type { InputRecord } from '../record.js';
import { Source } from '../source.js';
import type { Work } from '../work.js';

/** A ledger id for a short name. */
export function idOf(name: string): string {
  return sha256Hex(name).slice(0, 32);
}

export function entry(name: string, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return { id: idOf(name), digest: idOf(`digest of ${name}`), subject: '0'.repeat(16), offset: 0n, at: 1_000, state: 'done', attempt: 1, hop: 0, ...more };
}

/** An entry on a retry topic. */
export function pendingEntry(name: string, offset: bigint, pending: Partial<NonNullable<LedgerEntry['pending']>> = {}, more: Partial<LedgerEntry> = {}): LedgerEntry {
  return entry(name, { offset, state: 'retrying', hop: 1, pending: { tier: 1, dueAt: 2_000, orderKey: 'a', operation: '', dead: false, ...pending }, ...more });
}

export function inputRecord(name: string, offset: bigint, more: Partial<InputRecord> = {}): InputRecord {
  return {
    topic: 'in', partition: 2, offset, timestamp: 1_000, key: 'k', value: Buffer.from(name), headers: { [HEADER.id]: name, [HEADER.source]: 's' }, ...more,
  };
}

/** A unit as a task holds it on its first pass. */
export function work(name: string, offset: bigint, more: Partial<Work> = {}): Work {
  return {
    record: inputRecord(name, offset), ref: { id: idOf(name), digest: idOf(`digest of ${name}`), subject: '0'.repeat(16) }, key: 'a', group: 'a', bytes: 1,
    operation: '', source: new Source('in', 0), sourceOffset: offset, attempt: 1, hop: 0, firstFailureAt: undefined, arrivedAt: 0, dueAt: 0, ...more,
  };
}
