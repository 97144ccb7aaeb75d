import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Watermark } from './watermark.js';

/** The committed offset never passes a record that is not done, in whatever order records finish. */
describe('Watermark', () => {
  it('is the first open offset, or the one behind the last', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 60 });
    fc.assert(fc.property(gaps, fc.infiniteStream(fc.nat()), (steps, picks) => {
      const watermark = new Watermark();
      const open: bigint[] = [];
      let offset = 10n;
      for (const gap of steps) {
        offset += BigInt(gap);
        watermark.open(offset);
        open.push(offset);
      }
      while (open.length > 0) {
        const [closed] = open.splice((picks.next().value ?? 0) % open.length, 1);
        if (closed !== undefined) watermark.close(closed);
        expect(watermark.committable).toBe(open[0] ?? offset + 1n);
      }
    }));
  });

  it('has nothing to commit before any record', () => {
    expect(new Watermark().committable).toBeUndefined();
  });
});
