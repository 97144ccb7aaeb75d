import { OffsetOrder } from './offset-order.js';
import { CONTENT_KEY } from './row-keys.js';
import type { RowTable } from './row-table.js';
import { offsetOf } from './row.js';
import { SlotIndex } from './slot-index.js';

/** Rows by subject and digest. The index holds the earliest of each content; where there are more, a group orders them. */
export class ContentIndex {
  readonly #index: SlotIndex;
  /** By the slot of the earliest. */
  readonly #groups = new Map<number, OffsetOrder>();

  constructor(private readonly table: RowTable) {
    this.#index = new SlotIndex(table, CONTENT_KEY);
  }

  get bytes(): number {
    return this.#index.bytes;
  }

  add(slot: number): void {
    const words = this.table.words(slot);
    const base = this.table.base(slot);
    const hash = this.#index.hash(words, base);
    const first = this.#index.find(hash, words, base);
    if (first < 0) return this.#index.insert(hash, slot);
    let group = this.#groups.get(first);
    if (!group) {
      group = new OffsetOrder();
      group.add(this.#offset(first), first);
      this.#groups.set(first, group);
    }
    group.add(offsetOf(words, base), slot);
    this.#lead(hash, first, group);
  }

  /** The row must still be as it was when added. */
  remove(slot: number): void {
    const words = this.table.words(slot);
    const base = this.table.base(slot);
    const hash = this.#index.hash(words, base);
    const first = this.#index.find(hash, words, base);
    const group = this.#groups.get(first);
    if (!group) return this.#index.remove(hash, slot);
    group.remove(offsetOf(words, base), slot);
    this.#lead(hash, first, group);
    if (group.size === 1) this.#groups.delete(group.first);
  }

  /** Slots with the content of the given row, by rising input offset. */
  *find(words: Uint32Array, base: number): Generator<number> {
    const first = this.#index.find(this.#index.hash(words, base), words, base);
    if (first < 0) return;
    const group = this.#groups.get(first);
    if (group) yield* group;
    else yield first;
  }

  #lead(hash: number, was: number, group: OffsetOrder): void {
    if (group.first === was) return;
    this.#index.replace(hash, was, group.first);
    this.#groups.delete(was);
    this.#groups.set(group.first, group);
  }

  #offset(slot: number): number {
    return offsetOf(this.table.words(slot), this.table.base(slot));
  }
}
