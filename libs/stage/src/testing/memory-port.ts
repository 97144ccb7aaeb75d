import type { StepRecord } from '../effect.js';
import type { InputRecord, OutputRecord } from '../record.js';
import type { SourceBounds, TaskPort, Transaction } from '../task-port.js';
import type { MemoryBroker } from './memory-broker.js';

/** Records in one delivery. */
const MOST_DELIVERED = 50;

interface Cursor {
  next: bigint;
  paused: boolean;
}

/** TaskPort over a MemoryBroker, for one life of a task. Deliveries come by themselves, a turn of the microtasks later. */
export class MemoryPort implements TaskPort {
  readonly #cursors = new Map<string, Cursor>();
  readonly #stopListening: () => void;
  #holder = 0;
  #scheduled = false;
  #failed = true;
  #busy = false;
  closed = false;

  constructor(
    readonly broker: MemoryBroker,
    private readonly deliver: (topic: string, records: readonly InputRecord[], next: bigint) => void,
  ) {
    this.#stopListening = broker.onAppend(() => this.#pump());
  }

  fence(): Promise<void> {
    return this.broker.call('fence', () => {
      this.#holder = this.broker.takeOver();
      this.#failed = false;
    });
  }

  async commit(transaction: Transaction): Promise<void> {
    if (this.#busy) throw new Error('one commit at a time');
    if (this.#failed) throw new Error('this port cannot commit any more');
    this.#busy = true;
    try {
      await this.broker.call('commit', () => this.broker.apply(this.#holder, transaction));
      await this.broker.call('answer', () => undefined);
    } catch (error) {
      this.#failed = true;
      throw error;
    } finally {
      this.#busy = false;
    }
  }

  bounds(topics: readonly string[]): Promise<ReadonlyMap<string, SourceBounds>> {
    return this.broker.call('bounds', () => this.broker.bounds(topics));
  }

  seek(topic: string, offset: bigint): void {
    this.#cursor(topic).next = offset;
    this.#pump();
  }

  pause(topic: string): void {
    this.#cursor(topic).paused = true;
    this.broker.journal.push(`pause ${topic}`);
  }

  resume(topic: string): void {
    this.#cursor(topic).paused = false;
    this.broker.journal.push(`resume ${topic}`);
    this.#pump();
  }

  audit(steps: readonly StepRecord[]): Promise<void> {
    return this.broker.call('audit', () => {
      this.broker.audited.push(...steps);
      this.broker.journal.push(['audit', ...steps.map(({ step }) => step)].join(' '));
    });
  }

  write(records: readonly OutputRecord[]): Promise<void> {
    return this.broker.call('write', () => {
      for (const record of records) this.broker.append(record);
      this.broker.journal.push(['write', ...records.map(({ topic }) => topic)].join(' '));
    });
  }

  leaseUntil(): number {
    return this.broker.leaseUntil;
  }

  close(): Promise<void> {
    this.closed = true;
    this.#failed = true;
    this.#stopListening();
    return Promise.resolve();
  }

  /** What a join does to the positions: each begins at the group's offset again, or at the first record. */
  forgetPositions(): void {
    for (const [topic, cursor] of this.#cursors) cursor.next = this.broker.committed.get(topic) ?? this.broker.low(topic);
    this.#pump();
  }

  #cursor(topic: string): Cursor {
    let cursor = this.#cursors.get(topic);
    if (!cursor) this.#cursors.set(topic, (cursor = { next: this.broker.committed.get(topic) ?? this.broker.low(topic), paused: true }));
    return cursor;
  }

  #pump(): void {
    if (this.#scheduled || this.closed) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#deliverAll();
    });
  }

  #deliverAll(): void {
    for (const [topic, cursor] of this.#cursors) {
      if (this.closed || cursor.paused) continue;
      const records = this.broker.read(topic, cursor.next, MOST_DELIVERED);
      const last = records.at(-1);
      if (!last) {
        const high = this.broker.bounds([topic]).get(topic)?.high ?? 0n;
        if (high <= cursor.next) continue;
        cursor.next = high;
        // Only ends of transactions.
        this.deliver(topic, [], high);
        continue;
      }
      cursor.next = last.offset + 1n;
      this.deliver(topic, records, cursor.next);
      this.#pump();
    }
  }
}
