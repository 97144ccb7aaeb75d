const GONE = -1;
const SMALL = 32;

/**
 * The slots of one content by rising input offset. Additions in order and removals in any order cost little, so that
 * a content sent a hundred thousand times under new ids slows nothing down.
 */
export class OffsetOrder {
  #offsets: number[] = [];
  #slots: number[] = [];
  #head = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** The slot with the least offset; not to be asked when empty. */
  get first(): number {
    return this.#slots[this.#head] as number;
  }

  add(offset: number, slot: number): void {
    const place = this.#behind(offset);
    if (place === this.#slots.length) {
      this.#offsets.push(offset);
      this.#slots.push(slot);
    } else {
      this.#offsets.splice(place, 0, offset);
      this.#slots.splice(place, 0, slot);
    }
    this.#size++;
  }

  /** The slot must be in here with this very offset. */
  remove(offset: number, slot: number): void {
    let place = this.#behind(offset) - 1;
    while (this.#slots[place] !== slot) {
      if (this.#offsets[place] !== offset) throw new Error('the slot is not in the order');
      place--;
    }
    this.#slots[place] = GONE;
    this.#size--;
    while (this.#slots[this.#head] === GONE) this.#head++;
    if (this.#slots.length > SMALL && this.#size < this.#slots.length / 2) this.#compact();
  }

  *[Symbol.iterator](): Generator<number> {
    for (let place = this.#head; place < this.#slots.length; place++) {
      const slot = this.#slots[place] as number;
      if (slot !== GONE) yield slot;
    }
  }

  /** The first place whose offset is greater. */
  #behind(offset: number): number {
    let low = this.#head;
    let high = this.#offsets.length;
    if (high > low && (this.#offsets[high - 1] as number) <= offset) return high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] as number) <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #compact(): void {
    this.#offsets = this.#offsets.filter((_, place) => this.#slots[place] !== GONE);
    this.#slots = this.#slots.filter((slot) => slot !== GONE);
    this.#head = 0;
  }
}
