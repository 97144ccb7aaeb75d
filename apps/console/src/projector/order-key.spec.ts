import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderKey } from './order-key.js';

const part = fc.record({
  rank: fc.nat(9999), time: fc.nat(253_402_300_799_999), partition: fc.nat(999_999), offset: fc.bigInt(0n, 2n ** 63n - 1n),
});

describe('order keys', () => {
  it('sort by rank, then time, then partition, then offset', () => {
    fc.assert(
      fc.property(part, part, (a, b) => {
        const [left, right] = [a, b].map(({ rank, time, partition, offset }) => orderKey(rank, time, { topic: 't', partition, offset }));
        const expected = a.rank - b.rank || a.time - b.time || a.partition - b.partition || Number(a.offset - b.offset);
        expect(Math.sign(left === right ? 0 : String(left) < String(right) ? -1 : 1)).toBe(Math.sign(expected));
      }),
    );
  });

  it('differ between topics', () => {
    const place = { partition: 0, offset: 1n };
    expect(orderKey(1, 2, { topic: 'a', ...place })).not.toBe(orderKey(1, 2, { topic: 'b', ...place }));
  });
});
