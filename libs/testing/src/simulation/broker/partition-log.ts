import type { InputRecord } from '@docket/stage';

/** A slot of a log: a record, or a transaction's marker, which takes an offset but is never delivered. */
interface Slot {
  readonly record: InputRecord | undefined;
  /** Transaction it belongs to; undefined outside any. */
  readonly transaction: object | undefined;
  state: 'open' | 'committed' | 'aborted';
}

export type RecordContent = Pick<InputRecord, 'timestamp' | 'key' | 'value' | 'headers'>;

/** What a read found, and where the next one begins. */
export interface ReadResult {
  readonly records: readonly InputRecord[];
  readonly next: number;
}

/** A partition of a topic: offsets with gaps for markers, aborted records, and readers held back by what is open. */
export class PartitionLog {
  #slots: Slot[] = [];
  #low = 0;
  /** First offset of each open transaction. */
  readonly #open = new Map<object, number>();
  readonly #watchers = new Set<() => void>();

  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {}

  get low(): number {
    return this.#low;
  }

  get high(): number {
    return this.#low + this.#slots.length;
  }

  /** Read-committed readers see nothing from here on. */
  get lastStable(): number {
    let least = this.high;
    for (const first of this.#open.values()) if (first < least) least = first;
    return least;
  }

  append(content: RecordContent, transaction?: object): InputRecord {
    const offset = this.high;
    if (transaction && !this.#open.has(transaction)) this.#open.set(transaction, offset);
    const record = { topic: this.topic, partition: this.partition, offset: BigInt(offset), ...content };
    this.#slots.push({ record, transaction, state: transaction ? 'open' : 'committed' });
    if (!transaction) this.#moved();
    return record;
  }

  /** Writes the marker that ends a transaction here. */
  end(transaction: object, commit: boolean): void {
    const first = this.#open.get(transaction);
    if (first === undefined) return;
    this.#open.delete(transaction);
    for (let at = Math.max(0, first - this.#low); at < this.#slots.length; at++) {
      const slot = this.#slots[at];
      if (slot?.transaction === transaction) slot.state = commit ? 'committed' : 'aborted';
    }
    this.#slots.push({ record: undefined, transaction: undefined, state: 'committed' });
    this.#moved();
  }

  /** Committed records from `from` on, at most `most` of them; with `uncommitted` also what is open or was aborted. */
  read(from: number, most: number, uncommitted = false): ReadResult {
    const records: InputRecord[] = [];
    const end = uncommitted ? this.high : this.lastStable;
    let next = Math.max(from, this.#low);
    for (; next < end && records.length < most; next++) {
      const slot = this.#slots[next - this.#low];
      if (slot?.record && (slot.state === 'committed' || uncommitted)) records.push(slot.record);
    }
    return { records, next };
  }

  /** Every committed record that is still there. */
  all(): readonly InputRecord[] {
    return this.read(this.#low, Infinity).records;
  }

  /** Retention: what lies before `offset` is gone. */
  truncate(offset: number): void {
    const gone = Math.min(offset, this.high) - this.#low;
    if (gone <= 0) return;
    this.#slots = this.#slots.slice(gone);
    this.#low += gone;
  }

  /** Flips a bit of a record's value: what a broken disk gives back. False where there is nothing to break. */
  corrupt(offset: number, at: number): boolean {
    const slot = this.#slots[offset - this.#low];
    const value = slot?.record?.value;
    if (!slot?.record || !value || value.length === 0) return false;
    const broken = Buffer.from(value);
    const index = at % broken.length;
    broken[index] = (broken[index] ?? 0) ^ 1;
    this.#slots[offset - this.#low] = { ...slot, record: { ...slot.record, value: broken } };
    return true;
  }

  /** Told whenever readers may see more. Returns what stops it. */
  watch(fn: () => void): () => void {
    this.#watchers.add(fn);
    return () => this.#watchers.delete(fn);
  }

  #moved(): void {
    for (const fn of [...this.#watchers]) fn();
  }
}
