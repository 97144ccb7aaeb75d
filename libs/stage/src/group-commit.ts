import { DocketError, type Clock } from '@docket/contracts';
import type { StepRecord } from './effect.js';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import { encodeLedgerRecord } from './ledger/ledger-record.js';
import type { Ledger } from './ledger/ledger.js';
import type { OutputRecord } from './record.js';
import type { Source } from './source.js';
import type { TaskPort } from './task-port.js';
import type { Work } from './work.js';

/** Of one transaction; what is more waits for the next. */
const MOST_UNITS = 2_000;
const MOST_BYTES = 2 * 1024 * 1024;
/** Of the entries of one transaction, which go into one record: its topic takes 1 MiB. */
const MOST_LEDGER_BYTES = 512 * 1024;

/** Entries that are carried forward in one transaction. */
const MOST_CARRIED = 200;
const CARRY_EVERY_MS = 3_600_000;
const PURGE_EVERY_MS = 60_000;

/** What a finished record brings into its transaction. */
export interface Finished {
  readonly step?: StepRecord | undefined;
  readonly records: readonly OutputRecord[];
  readonly entry?: LedgerEntry | undefined;
  /** The record whose offset is done with this. */
  readonly source?: Source | undefined;
  readonly offset?: bigint;
  /** The unit, for `onLanded`. */
  readonly work?: Work;
  /** Called once the transaction is acknowledged. */
  readonly onCommitted?: () => void;
}

interface Pending {
  readonly finished: Finished;
  audited: Promise<void> | undefined;
}

export interface GroupCommitOptions {
  readonly port: TaskPort;
  readonly ledger: Ledger;
  readonly ledgerTopic: string;
  readonly partition: number;
  readonly sources: readonly Source[];
  readonly clock: Clock;
  /** Sequence and time of the last record of the ledger. */
  readonly last: { readonly sequence: bigint; readonly writtenAt: number };
  /** Entries not final are written again when the record that holds them is older than this, milliseconds. */
  readonly carryAfterMs: number;
  /** Told of each that has a `work` once its transaction is acknowledged. */
  readonly onLanded: (work: Work, entry: LedgerEntry | undefined) => void;
  readonly onCommitted: (units: number, ms: number) => void;
  readonly onFailure: (error: Error) => void;
}

/**
 * Commits what finished since the last commit in one transaction, which starts when the last is acknowledged: groups size
 * themselves. Audit steps are acknowledged before their transaction starts, and are sent while the one before is under way.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #pending: Pending[] = [];
  #unaudited = 0;
  #sequence: bigint;
  #previousAt: number;
  #carryAt: number;
  #purgeAt: number;
  #brokerTime = 0;
  #running = false;
  #any = false;
  #closed = false;
  #idle: (() => void)[] = [];
  readonly #writes = new Set<(error: DocketError) => void>();

  constructor(options: GroupCommitOptions) {
    this.#options = options;
    this.#sequence = options.last.sequence;
    this.#previousAt = options.last.writtenAt;
    this.#carryAt = options.clock.now();
    this.#purgeAt = options.clock.now() + PURGE_EVERY_MS;
  }

  /** Whether there was a commit. */
  get any(): boolean {
    return this.#any;
  }

  get quiet(): boolean {
    return this.#pending.length === 0 && !this.#running;
  }

  /** Resolves when nothing is waiting or under way, or after close(). */
  async idle(): Promise<void> {
    while (!this.quiet && !this.#closed) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  add(finished: Finished): void {
    this.#pending.push({ finished, audited: undefined });
  }

  /** Resolves when these records are committed; rejects when the task ends before. */
  write(records: readonly OutputRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(ended());
      this.#writes.add(reject);
      this.add({
        records,
        onCommitted: () => {
          this.#writes.delete(reject);
          resolve();
        },
      });
      this.kick();
    });
  }

  /** To be called after one or more add(). */
  kick(): void {
    if (this.#closed || this.#pending.length === 0) return;
    this.#audit();
    if (this.#running) return;
    this.#running = true;
    this.#run().then(
      () => this.#stopped(),
      (error: unknown) => {
        this.close();
        this.#stopped();
        this.#options.onFailure(error instanceof Error ? error : new Error('commit failed', { cause: error }));
      },
    );
  }

  /** Nothing is committed any more; a commit under way may still succeed. */
  close(): void {
    this.#closed = true;
    for (const reject of this.#writes) reject(ended());
    this.#writes.clear();
    this.#wake();
  }

  #stopped(): void {
    this.#running = false;
    this.#wake();
    // What came after the last look of the loop has no other to start its commit.
    this.kick();
  }

  #wake(): void {
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  #audit(): void {
    const fresh = this.#pending.slice(this.#unaudited);
    this.#unaudited = this.#pending.length;
    const steps: StepRecord[] = [];
    for (const { finished } of fresh) if (finished.step) steps.push(finished.step);
    if (steps.length === 0) return;
    const audited = this.#options.port.audit(steps);
    // Told where it is awaited; the task may be closed before.
    audited.catch(() => undefined);
    for (const pending of fresh) pending.audited = audited;
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      // Some may have been added since the last kick().
      this.#audit();
      const group = this.#take();
      let last: Promise<void> | undefined;
      for (const { audited } of group) {
        if (audited === last) continue;
        last = audited;
        await audited;
      }
      if (this.#isClosed()) return;
      await this.#commit(group.map(({ finished }) => finished));
      if (this.#isClosed()) return;
      this.#carryOn();
    }
  }

  /** An idle partition has one commit an hour: what is still to be carried must not wait for it. Who waits for quiet comes first. */
  #carryOn(): void {
    if (this.#pending.length === 0 && this.#idle.length === 0 && this.#options.clock.now() >= this.#carryAt) this.add({ records: [] });
  }

  #take(): Pending[] {
    let bytes = 0;
    let ledgerBytes = 0;
    let count = 0;
    for (const { finished } of this.#pending) {
      for (const record of finished.records) bytes += (record.value?.length ?? 0) + 256;
      if (finished.entry) ledgerBytes += 64 + (finished.entry.pending ? finished.entry.pending.orderKey.length * 3 + 128 : 0);
      if (count > 0 && (bytes > MOST_BYTES || ledgerBytes > MOST_LEDGER_BYTES || count >= MOST_UNITS)) break;
      count++;
    }
    this.#unaudited -= count;
    return this.#pending.splice(0, count);
  }

  async #commit(group: readonly Finished[]): Promise<void> {
    const { port, ledger, clock, onCommitted, onLanded } = this.#options;
    const startedAt = clock.now();
    const entries: LedgerEntry[] = [];
    const records: OutputRecord[] = [];
    for (const finished of group) {
      const { entry, source, offset } = finished;
      if (source && offset !== undefined) source.watermark.close(offset);
      for (const record of finished.records) records.push(record);
      if (!entry) continue;
      entries.push(entry);
      this.#brokerTime = Math.max(this.#brokerTime, entry.at);
    }
    const all = this.#withCarried(entries, startedAt);
    const offsets = this.#offsets();
    records.push(this.#ledgerRecord(all, startedAt));
    await port.commit({ records, offsets });
    this.#any = true;
    ledger.apply(all, startedAt);
    if (startedAt >= this.#purgeAt) {
      this.#purgeAt = startedAt + PURGE_EVERY_MS;
      ledger.purge(this.#brokerTime);
    }
    for (const finished of group) {
      if (finished.work) onLanded(finished.work, finished.entry);
      finished.onCommitted?.();
    }
    onCommitted(group.length, clock.now() - startedAt);
  }

  #offsets(): Map<string, bigint> {
    const offsets = new Map<string, bigint>();
    for (const source of this.#options.sources) {
      const offset = source.takeCommittable();
      if (offset !== undefined) offsets.set(source.topic, offset);
    }
    return offsets;
  }

  #ledgerRecord(entries: readonly LedgerEntry[], writtenAt: number): OutputRecord {
    const { ledgerTopic, partition, sources } = this.#options;
    const positions = new Map<string, bigint>();
    for (const { topic, sent } of sources) if (sent !== undefined) positions.set(topic, sent);
    const head = { sequence: ++this.#sequence, writtenAt, previousAt: this.#previousAt, positions, nonce: '' };
    this.#previousAt = writtenAt;
    return { topic: ledgerTopic, partition, key: '', value: encodeLedgerRecord(head, entries), headers: {} };
  }

  /** Carries old entries forward, once an hour and on opening, until none is left. */
  #withCarried(entries: readonly LedgerEntry[], now: number): readonly LedgerEntry[] {
    if (now < this.#carryAt) return entries;
    const old = this.#options.ledger.carry(now - this.#options.carryAfterMs, MOST_CARRIED);
    if (old.length < MOST_CARRIED) this.#carryAt = now + CARRY_EVERY_MS;
    const written = new Set(entries.map(({ id }) => id));
    return [...entries, ...old.filter(({ id }) => !written.has(id))];
  }

  #isClosed(): boolean {
    return this.#closed;
  }
}

function ended(): DocketError {
  return new DocketError('DOCKET_REVOKED', 'the task ended before this was committed', { kind: 'retriable' });
}
