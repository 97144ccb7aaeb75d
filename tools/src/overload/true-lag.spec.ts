/** The lag that a collector is measured by: the age of the oldest record not done, of the worst partition. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agrees, TrueLag } from './true-lag.js';

describe('the true lag', () => {
  it('is the age of the oldest record that is not done', () => {
    const lag = new TrueLag();
    lag.add({ partition: 0, offset: 0, appendedAt: 1_000, doneAt: 4_000 });
    lag.add({ partition: 0, offset: 1, appendedAt: 3_000, doneAt: 5_000 });
    lag.add({ partition: 1, offset: 0, appendedAt: 2_000, doneAt: undefined });
    expect([500, 1_500, 3_999, 4_500, 9_000].map((time) => lag.secondsAt(time))).toEqual([0, 0.5, 2.999, 2.5, 7]);
  });

  it('counts a record that is done behind one that is not: an offset is committed once all before it are', () => {
    const lag = new TrueLag();
    lag.add({ partition: 0, offset: 0, appendedAt: 1_000, doneAt: 9_000 });
    lag.add({ partition: 0, offset: 1, appendedAt: 1_500, doneAt: 2_000 });
    expect(lag.secondsAt(8_000)).toBe(7);
  });

  it('is what looking at every record gives', () => {
    const passage = fc.record({ partition: fc.nat(2), appendedAt: fc.nat(10_000), took: fc.option(fc.nat(5_000), { nil: undefined }) });
    fc.assert(fc.property(fc.array(passage, { maxLength: 40 }), fc.array(fc.nat(20_000), { maxLength: 10 }), (records, times) => {
      const lag = new TrueLag();
      const passages = records.sort((a, b) => a.appendedAt - b.appendedAt)
        .map(({ partition, appendedAt, took }, offset) => ({ partition, offset, appendedAt, doneAt: took === undefined ? undefined : appendedAt + took }));
      passages.forEach((each) => lag.add(each));
      for (const time of times.sort((a, b) => a - b)) {
        const open = passages.filter(({ appendedAt, doneAt }) => appendedAt <= time && (doneAt === undefined || doneAt > time));
        expect(lag.secondsAt(time)).toBe((time - Math.min(time, ...open.map(({ appendedAt }) => appendedAt))) / 1_000);
      }
    }));
  });
});

it('agrees within a tenth or a second', () => {
  expect([agrees(0.9, 0), agrees(1.1, 0), agrees(27.1, 30), agrees(26.9, 30), agrees(33, 30)]).toEqual([true, false, true, false, true]);
});
