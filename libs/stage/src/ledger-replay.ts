import { DocketError } from '@docket/contracts';
import { readLedgerHead, type LedgerHead } from './ledger/ledger-record.js';
import type { Ledger } from './ledger/ledger.js';
import type { InputRecord } from './record.js';

export interface Replayed {
  /** Of the last record; 0 where the ledger was empty. */
  readonly sequence: bigint;
  readonly writtenAt: number;
  readonly positions: ReadonlyMap<string, bigint>;
  /** Offset of the opening marker. */
  readonly marker: bigint;
}

export interface LedgerReplayOptions {
  readonly ledger: Ledger;
  readonly nonce: string;
  /** The topic deletes records older than this, milliseconds. */
  readonly retentionMs: number;
  readonly now: number;
}

/** Clocks of two instances may differ by this much, milliseconds. */
const SKEW_MS = 600_000;

/**
 * Reads a ledger partition from its first record to the task's own opening marker: offsets alone cannot tell the end.
 * What is missing in between, or in front though it was too young to expire, is told, never passed over.
 */
export class LedgerReplay {
  readonly #options: LedgerReplayOptions;
  #last: LedgerHead | undefined;
  #settle: { resolve: (replayed: Replayed) => void; reject: (error: Error) => void } | undefined;
  readonly done = new Promise<Replayed>((resolve, reject) => (this.#settle = { resolve, reject }));

  constructor(options: LedgerReplayOptions) {
    this.#options = options;
    // Awaited by the opening, which may have been given up.
    this.done.catch(() => undefined);
  }

  offer(records: readonly InputRecord[]): void {
    if (!this.#settle) return;
    try {
      for (const record of records) {
        if (this.#replay(record)) return;
      }
    } catch (error) {
      this.#settle.reject(error as Error);
      this.#settle = undefined;
    }
  }

  /** True at the marker. */
  #replay({ value, offset }: InputRecord): boolean {
    const { ledger, nonce } = this.#options;
    if (!value) throw corrupt('DOCKET_LEDGER_CORRUPT', 'a record of the ledger has no value');
    const head = readLedgerHead(value);
    if (head.nonce !== '') {
      if (head.nonce !== nonce) return false;
      this.#settle?.resolve({
        sequence: this.#last?.sequence ?? 0n, writtenAt: this.#last?.writtenAt ?? 0, positions: this.#last?.positions ?? new Map(), marker: offset,
      });
      this.#settle = undefined;
      return true;
    }
    this.#checkSequence(head);
    ledger.restore(value);
    this.#last = head;
    return false;
  }

  #checkSequence(head: LedgerHead): void {
    const { now, retentionMs } = this.#options;
    const last = this.#last;
    if (last ? head.sequence === last.sequence + 1n : head.sequence === 1n) return;
    // Retention deletes whole segments, so what stood in front must have expired.
    if (!last && head.previousAt < now - retentionMs + SKEW_MS) return;
    throw corrupt('DOCKET_LEDGER_GAP', 'records of the ledger are missing');
  }
}

function corrupt(code: 'DOCKET_LEDGER_CORRUPT' | 'DOCKET_LEDGER_GAP', message: string): DocketError {
  return new DocketError(code, `${message}: see docs/problems.md#ledger before this partition may run`);
}
