import type { Final } from './effect.js';
import type { LedgerEntry, LedgerState } from './ledger/ledger-entry.js';
import type { UnitRef } from './unit-ref.js';
import type { Work } from './work.js';

/** What a final result makes of a unit. */
export function stateOf(result: Final): LedgerState {
  if (result.kind === 'park') return 'parked';
  return result.kind === 'poison' ? 'dead' : 'done';
}

/** The unit's entry at its end; `dueAt`: until when it is parked, 0 where it is not. */
export function entryOf({ record, attempt, hop, operation }: Work, ref: UnitRef, state: LedgerState, dueAt: number): LedgerEntry {
  return {
    id: ref.id, digest: ref.digest, subject: ref.subject, offset: record.offset, at: record.timestamp, state, attempt, hop,
    ...(state === 'done' && operation !== '' && { afterDead: true }),
    ...(dueAt > 0 && { pending: { tier: 0, dueAt: Math.round(dueAt), orderKey: '', operation: '', dead: operation !== '' } }),
  };
}
