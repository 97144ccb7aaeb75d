interface Entry {
  readonly offset: number;
  /** Of writing, over all transactions. */
  readonly order: number;
}

/**
 * A group's committed offsets. Those of a transaction wait for its marker; of two that end out of turn the one that was
 * written later stays.
 */
export class CommittedOffsets {
  #written = 0;
  readonly #committed = new Map<string, Entry>();
  readonly #reached = new Map<string, number>();
  readonly #pending = new Map<object, Map<string, Entry>>();

  get(topic: string, partition: number): number | undefined {
    return this.#committed.get(place(topic, partition))?.offset;
  }

  /** What transactions committed, whatever became of the offset since. */
  reached(topic: string, partition: number): number {
    return this.#reached.get(place(topic, partition)) ?? 0;
  }

  write(transaction: object, topic: string, partition: number, offset: number): void {
    let pending = this.#pending.get(transaction);
    if (!pending) {
      pending = new Map<string, Entry>();
      this.#pending.set(transaction, pending);
    }
    pending.set(place(topic, partition), { offset, order: this.#written++ });
  }

  end(transaction: object, commit: boolean): void {
    const pending = this.#pending.get(transaction);
    this.#pending.delete(transaction);
    if (!pending || !commit) return;
    for (const [key, entry] of pending) {
      this.#reached.set(key, Math.max(entry.offset, this.#reached.get(key) ?? 0));
      if (entry.order > (this.#committed.get(key)?.order ?? -1)) this.#committed.set(key, entry);
    }
  }

  /** Somebody reset it, outside any transaction. */
  move(topic: string, partition: number, offset: number): void {
    this.#committed.set(place(topic, partition), { offset, order: this.#written++ });
  }

  /** The broker lost it. */
  forget(topic: string, partition: number): void {
    this.#committed.delete(place(topic, partition));
  }
}

function place(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
