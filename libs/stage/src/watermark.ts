/**
 * The offset up to which everything is done. Offsets are opened in rising order and closed in any; the committable offset
 * never passes one that is still open.
 */
export class Watermark {
  #offsets: bigint[] = [];
  #closed: boolean[] = [];
  /** Index of the first offset that is not committable yet. */
  #head = 0;
  #next: bigint | undefined;
  #index = new Map<bigint, number>();

  /** Starts over at this offset. */
  reset(next: bigint): void {
    this.#offsets = [];
    this.#closed = [];
    this.#index = new Map();
    this.#head = 0;
    this.#next = next;
  }

  /** No offset below this may be opened. */
  get next(): bigint {
    return this.#next ?? 0n;
  }

  open(offset: bigint): void {
    if (this.#next !== undefined && offset < this.#next) throw new Error('offsets must be opened in rising order');
    this.#index.set(offset, this.#offsets.length);
    this.#offsets.push(offset);
    this.#closed.push(false);
    this.#next = offset + 1n;
  }

  close(offset: bigint): void {
    const at = this.#index.get(offset);
    if (at === undefined) throw new Error('this offset is not open');
    this.#index.delete(offset);
    this.#closed[at] = true;
    while (this.#closed[this.#head]) this.#head++;
    if (this.#head > 4096 && this.#head * 2 > this.#offsets.length) this.#compact();
  }

  /** Nothing that is to be opened stands before this offset: markers and aborted records do not. */
  pass(next: bigint): void {
    if (this.#next !== undefined && next > this.#next) this.#next = next;
  }

  /** Offsets opened and not yet committable, done or not. */
  get pending(): number {
    return this.#offsets.length - this.#head;
  }

  /** The offset to commit (that of the next record to read), or undefined before any record. */
  get committable(): bigint | undefined {
    return this.#offsets[this.#head] ?? this.#next;
  }

  #compact(): void {
    this.#offsets = this.#offsets.slice(this.#head);
    this.#closed = this.#closed.slice(this.#head);
    this.#head = 0;
    this.#index = new Map(this.#offsets.flatMap((offset, at) => (this.#closed[at] ? [] : [[offset, at]])));
  }
}
