import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeldKeys, type HeldUnit } from './held-keys.js';

const unit = (id: string, origin: bigint, orderKey = 'a'): HeldUnit => ({ id, orderKey, group: '', origin, tier: 1, dueAt: 10, hop: 1, loaded: false });

/** The order of a key is that of its input offsets, in whatever order its units become known. */
describe('HeldKeys', () => {
  it('keeps each key in input order', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat(50), { minLength: 1 }), fc.infiniteStream(fc.nat()), (origins, picks) => {
      const held = new HeldKeys();
      const key = (origin: number) => (origin % 2 === 0 ? 'even' : 'odd');
      for (const origin of origins) held.put(unit(String(origin), BigInt(origin), key(origin)));
      let left = [...origins].sort((a, b) => a - b);
      while (left.length > 0) {
        expect(held.size).toBe(left.length);
        for (const name of ['even', 'odd']) {
          const mine = left.filter((origin) => key(origin) === name);
          expect(held.last(name)?.id).toBe(mine.at(-1)?.toString());
          for (const [at, origin] of mine.entries()) {
            const found = held.get(String(origin));
            expect(found && held.predecessor(found)?.id).toBe(mine[at - 1]?.toString());
          }
        }
        const gone = left[(picks.next().value ?? 0) % left.length];
        held.remove(String(gone));
        left = left.filter((origin) => origin !== gone);
      }
      expect(held.size).toBe(0);
    }), { numRuns: 50 });
  });

  it('moves a unit to its next pass without changing its place', () => {
    const held = new HeldKeys();
    held.put(unit('1', 1n));
    held.put(unit('2', 2n));
    held.put({ ...unit('1', 1n), tier: 3, dueAt: 99, hop: 2 });
    expect(held.get('1')).toMatchObject({ tier: 3, dueAt: 99, hop: 2 });
    expect({ last: held.last('a')?.id, size: held.size }).toEqual({ last: '2', size: 2 });
  });

  it('counts of no group more than its share', () => {
    const held = new HeldKeys();
    const put = (id: string, group: string) => held.put({ ...unit(id, BigInt(id), id), group });
    for (const id of ['1', '2', '3', '4', '5']) put(id, 'away');
    put('6', 'other');
    expect({ size: held.size, share: held.sizeWithShare(3), all: held.sizeWithShare(10) }).toEqual({ size: 6, share: 4, all: 6 });
    // Its next pass is no further unit, also where its group was not known before.
    put('5', 'away');
    held.remove('6');
    held.remove('6');
    expect(held.sizeWithShare(3)).toBe(3);
    for (const id of ['1', '2', '3']) held.remove(id);
    expect(held.sizeWithShare(3)).toBe(2);
  });

  it('forgets what it does not know without a word', () => {
    const held = new HeldKeys();
    held.remove('nobody');
    expect(held.last('a')).toBeUndefined();
  });
});
