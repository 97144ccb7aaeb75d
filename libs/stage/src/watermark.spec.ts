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

  it('counts what is open, and what is done behind it', () => {
    const watermark = new Watermark();
    for (const offset of [1n, 2n, 5n]) watermark.open(offset);
    watermark.close(2n);
    expect(watermark.pending).toBe(3);
    watermark.close(1n);
    expect({ pending: watermark.pending, committable: watermark.committable, next: watermark.next }).toEqual({ pending: 1, committable: 5n, next: 6n });
  });

  it('starts over where it is set', () => {
    const watermark = new Watermark();
    for (const offset of [0n, 1n]) watermark.open(offset);
    watermark.close(0n);
    watermark.reset(100n);
    expect({ pending: watermark.pending, committable: watermark.committable, next: watermark.next }).toEqual({ pending: 0, committable: 100n, next: 100n });
    expect(() => watermark.open(99n)).toThrow('rising');
    expect(() => watermark.close(1n)).toThrow('not open');
  });

  it('stays right over many thousands', () => {
    const watermark = new Watermark();
    for (let offset = 0n; offset < 20_000n; offset++) watermark.open(offset);
    for (let offset = 0n; offset < 20_000n; offset++) {
      watermark.close(offset);
      if (offset % 1_000n === 0n) expect(watermark.committable).toBe(offset + 1n);
    }
    expect(watermark.pending).toBe(0);
  });
});
