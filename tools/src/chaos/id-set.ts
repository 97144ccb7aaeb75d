import { hash } from 'node:crypto';

/** A set of texts by 64 bits of their hash: two of ten million share those with a chance of 1 in 300,000. Sixteen bytes of memory a text. */
export class IdSet {
  readonly #slots: BigUint64Array;

  /** @param most texts that it can hold */
  constructor(most: number) {
    this.#slots = new BigUint64Array(2 * most + 1);
  }

  /** False where the text is in it already. */
  add(text: string): boolean {
    const slots = this.#slots;
    // 0 marks a slot that is free.
    const key = hash('sha256', text, 'buffer').readBigUInt64BE() || 1n;
    let at = Number(key % BigInt(slots.length));
    while (slots[at] !== 0n) {
      if (slots[at] === key) return false;
      at = (at + 1) % slots.length;
    }
    slots[at] = key;
    return true;
  }
}
