/**
 * The offset up to which everything is done. Offsets are opened in rising order and closed in any; the
 * committable offset never passes one that is still open.
 */
export class Watermark {
  readonly #open: bigint[] = [];
  readonly #done = new Set<bigint>();
  #head = 0;
  #next: bigint | undefined;

  /** No offset below this may be opened. */
  get next(): bigint {
    return this.#next ?? 0n;
  }

  open(offset: bigint): void {
    if (this.#next !== undefined && offset < this.#next) throw new Error('offsets must be opened in rising order');
    this.#open.push(offset);
    this.#next = offset + 1n;
  }

  close(offset: bigint): void {
    this.#done.add(offset);
    let head = this.#open[this.#head];
    while (head !== undefined && this.#done.delete(head)) {
      this.#head++;
      head = this.#open[this.#head];
    }
    if (this.#head > 1024 && this.#head * 2 > this.#open.length) {
      this.#open.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /** Offsets opened and not yet committable, done or not. */
  get pending(): number {
    return this.#open.length - this.#head;
  }

  /** The offset to commit (that of the next record to read), or undefined before any record. */
  get committable(): bigint | undefined {
    return this.#open[this.#head] ?? this.#next;
  }
}
