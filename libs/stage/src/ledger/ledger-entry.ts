/**
 * Where a unit stands. `done` is final; `dead` and `parked` wait for an operator or a due time; `retrying` and `held`
 * go on by themselves; `redriven` was put back into the input and has not been handled since.
 */
export type LedgerState = 'done' | 'retrying' | 'held' | 'parked' | 'dead' | 'redriven';

/** What a partition knows of one unit. Times are whole milliseconds below 2^43. */
export interface LedgerEntry {
  /** 32 lower-case hex characters: 128-bit hash of the unit's identity. */
  readonly id: string;
  /** 32 lower-case hex characters: the first 128 bits of the payload's SHA-256. */
  readonly digest: string;
  /** 16 lower-case hex characters: 64-bit hash of the subject. */
  readonly subject: string;
  /** Input offset, up to 2^53 - 1. */
  readonly offset: bigint;
  /** The broker's LogAppendTime of the input record, in milliseconds. */
  readonly at: number;
  readonly state: LedgerState;
  /** Tries used up, 0 to 65535. */
  readonly attempt: number;
  /** Passes through a retry tier, 0 to 2^32 - 1. */
  readonly hop: number;
  /** Always with `retrying`, `held` and `redriven`; with `parked` where it has a due time; never with `done` and `dead`. */
  readonly pending?: LedgerPending;
  /**
   * Only with `done`: reached after `dead` or `parked`, so kept as long as those. The ledger sets it in what it
   * gives back; a writer that knows should set it too, or the record of the `done` says it only once carried.
   */
  readonly afterDead?: boolean;
}

/** What a unit that is not final needs to go on after a restart. */
export interface LedgerPending {
  /** From 1 to 255; 0 = none. */
  readonly tier: number;
  readonly dueAt: number;
  readonly orderKey: string;
  /** Id of the redrive or release operation; empty = none. */
  readonly operation: string;
  /** Was dead or parked before: its later `done` is kept longer. The ledger sets it by itself too. */
  readonly dead: boolean;
}
