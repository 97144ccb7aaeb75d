import { DocketError } from '@docket/contracts';

/** A record that must not be trusted. Critical: to skip it would let units through twice. */
export function corrupt(what: string, cause?: unknown): DocketError {
  return new DocketError('DOCKET_LEDGER_CORRUPT', `ledger record refused: ${what}; repair the ledger partition before its task runs again`, { kind: 'critical', cause });
}

/** A caller's mistake: the entry or head breaks its contract. Never holds the value. */
export function unfit(what: string): DocketError {
  return new DocketError('DOCKET_LEDGER_ENTRY', `not fit for the ledger: ${what}`, { kind: 'critical' });
}
