/** Records of retry topics fetched ahead, each until its due time. */
export class TierQueue<T> {
  readonly #items: { readonly dueAt: number; readonly item: T }[] = [];

  /** When the first is due, milliseconds since the epoch. */
  get nextDueAt(): number | undefined {
    return this.#items[0]?.dueAt;
  }

  /** Of equal due times the one added first comes first. */
  add(dueAt: number, item: T): void {
    let at = this.#items.length;
    while (at > 0 && (this.#items[at - 1]?.dueAt ?? 0) > dueAt) at--;
    this.#items.splice(at, 0, { dueAt, item });
  }

  /** The first, where it is due and `may` go. */
  takeDue(now: number, may: (item: T) => boolean): T | undefined {
    const first = this.#items[0];
    if (!first || first.dueAt > now || !may(first.item)) return undefined;
    this.#items.shift();
    return first.item;
  }
}
