import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowTable } from './row-table.js';
import { mark, ROW_WORDS } from './row.js';
import { SlotIndex, type RowKey } from './slot-index.js';

/** Keys are one word; `spread` hashes put many keys on one place and across the end of a segment. */
function keyOf(spread: (key: number) => number): RowKey {
  return {
    hash: (words, base) => spread(words[base] ?? 0) | 0,
    equal: (a, aBase, b, bBase) => a[aBase] === b[bBase],
  };
}

const spreads: readonly ((key: number) => number)[] = [
  (key) => Math.imul(key + 1, 0x9e3779b1),
  () => 0x00fffffe,
  (key) => (key % 3) * 0x7fffff + (key & 63),
  (key) => 0xffffff - (key % 7) * 0x100000,
];

/** However keys come and go, each is found at its own slot and no other. */
describe('SlotIndex', () => {
  it('agrees with a Map', () => {
    const steps = fc.array(fc.nat(120), { maxLength: 400 });
    fc.assert(fc.property(fc.constantFrom(...spreads), steps, (spread, keys) => {
      const table = new RowTable();
      const index = new SlotIndex(table, keyOf(spread));
      const model = new Map<number, number>();
      const probe = new Uint32Array(ROW_WORDS);
      const find = (key: number) => {
        probe[0] = key;
        return index.find(index.hash(probe, 0), probe, 0);
      };
      for (const key of keys) {
        const slot = find(key);
        expect(slot).toBe(model.get(key) ?? -1);
        const hash = index.hash(probe, 0);
        if (slot < 0) {
          const added = table.allocate();
          table.words(added).set(probe, table.base(added));
          mark(table.words(added), table.base(added), 1);
          index.insert(hash, added);
          model.set(key, added);
        } else {
          index.remove(hash, slot);
          table.release(slot);
          model.delete(key);
        }
      }
      for (let key = 0; key <= 120; key++) expect(find(key)).toBe(model.get(key) ?? -1);
      expect(table.size).toBe(model.size);
    }), { numRuns: 200 });
  });

  it('gives memory back when the keys are gone', () => {
    const table = new RowTable();
    const index = new SlotIndex(table, keyOf((key) => Math.imul(key + 1, 0x9e3779b1)));
    const slots = Array.from({ length: 20_000 }, (_, key) => {
      const slot = table.allocate();
      table.words(slot)[table.base(slot)] = key;
      index.insert(index.hash(table.words(slot), table.base(slot)), slot);
      return slot;
    });
    expect(index.bytes).toBeLessThan(slots.length * 8);
    for (const slot of slots) {
      index.remove(index.hash(table.words(slot), table.base(slot)), slot);
      table.release(slot);
    }
    expect(table.bytes).toBe(0);
    expect(index.bytes).toBeLessThan(30_000);
  });
});
