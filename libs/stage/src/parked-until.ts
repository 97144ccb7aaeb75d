import { ownTopics, type Clock, type StageSpec } from '@docket/contracts';
import type { LedgerEntry } from './ledger/ledger-entry.js';
import type { PartitionOperations } from './partition-operations.js';
import type { TaskPort } from './task-port.js';

export interface ParkedUntilOptions {
  readonly spec: StageSpec;
  readonly partition: number;
  readonly clock: Clock;
  readonly nonce: string;
  readonly operations: PartitionOperations;
  readonly port: TaskPort;
}

/** Units that come due shortly after each other are released together. */
const TOGETHER_MS = 1_000;
/** The clock may be set meanwhile, and no timer reaches further than 25 days. */
const LOOK_MS = 60_000;

/** Whether an operation is a release of the task's own, when the time has come; those of operators have UUIDs. */
export function isTimedRelease(operation: string): boolean {
  return operation.includes('/');
}

/** Releases parked units whose time has come: a quota's window opens, a throttle longer than every retry topic ends. */
export class ParkedUntil {
  readonly #due = new Map<string, number>();
  #cancel: (() => void) | undefined;
  #releases = 0;
  #closed = false;

  constructor(private readonly options: ParkedUntilOptions) {}

  add({ id, pending }: LedgerEntry): void {
    if (!pending || pending.dueAt === 0) return;
    this.#due.set(id, pending.dueAt);
    this.#schedule();
  }

  close(): void {
    this.#closed = true;
    this.#due.clear();
    this.#cancel?.();
  }

  #schedule(): void {
    this.#cancel?.();
    if (this.#due.size === 0 || this.#closed) return;
    let next = Infinity;
    for (const dueAt of this.#due.values()) next = Math.min(next, dueAt);
    this.#cancel = this.options.clock.schedule(Math.min(LOOK_MS, Math.max(0, next - this.options.clock.now())), () => void this.#release());
  }

  async #release(): Promise<void> {
    const { spec, partition, clock, nonce, operations, port } = this.options;
    const now = clock.now();
    const units = [...this.#due].filter(([, dueAt]) => dueAt <= now + TOGETHER_MS).map(([id]) => id);
    // A timer may be early: the clock was set back, or the time is further off than a timer reaches.
    if (units.length === 0) return this.#schedule();
    const topic = ownTopics(spec).parked;
    const bounds = (await port.bounds([topic]).catch(() => undefined))?.get(topic);
    if (this.#closed) return;
    if (bounds === undefined) {
      this.#cancel = clock.schedule(TOGETHER_MS, () => void this.#release());
      return;
    }
    for (const id of units) this.#due.delete(id);
    operations.requestOwn({ id: `${nonce}/${this.#releases++}`, partition, from: bounds.low, upTo: bounds.high, units });
    this.#schedule();
  }
}
