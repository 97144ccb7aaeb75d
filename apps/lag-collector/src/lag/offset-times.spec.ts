import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OffsetTimes } from './offset-times.js';

describe('OffsetTimes', () => {
  const times = (...points: readonly (readonly [offset: number, at: number])[]) => {
    const made = new OffsetTimes();
    for (const [offset, at] of points) made.add(offset, at);
    return made;
  };

  it('tells the age of the next record, evenly between two looks', () => {
    const seen = times([0, 0], [100, 10_000]);
    expect(seen.secondsBehind(0, 10_000)).toBe(10);
    expect(seen.secondsBehind(50, 10_000)).toBe(5);
    expect(seen.secondsBehind(50, 12_000)).toBe(7);
  });

  it('is 0 where all is read, and where nothing is known', () => {
    expect(times([0, 0], [100, 10_000]).secondsBehind(100, 99_000)).toBe(0);
    expect(times().secondsBehind(5, 99_000)).toBe(0);
  });

  it('counts from the end of a time in which nothing came', () => {
    expect(times([10, 0], [10, 1_000], [10, 60_000], [11, 61_000]).secondsBehind(10, 61_000)).toBe(1);
  });

  it('tells the age of its oldest point where a record is older', () => {
    expect(times([100, 5_000], [200, 6_000]).secondsBehind(3, 10_000)).toBe(5);
  });

  it('forgets a topic that was made anew', () => {
    expect(times([100, 0], [200, 50_000], [3, 60_000], [5, 61_000]).secondsBehind(3, 61_000)).toBe(1);
  });

  it('is within one look of the truth, however records come, and whatever it has to forget', () => {
    fc.assert(fc.property(fc.array(fc.nat(20), { minLength: 1, maxLength: 400 }), fc.double({ min: 0, max: 1, noNaN: true }), (counts, share) => {
      const seen = times([0, -1_000]);
      const cameAt: number[] = [];
      counts.forEach((count, second) => {
        for (let n = 1; n <= count; n++) cameAt.push(second * 1_000 - 1_000 + (n * 1_000) / (count + 1));
        seen.add(cameAt.length, second * 1_000);
      });
      const now = counts.length * 1_000;
      const committed = Math.floor(share * cameAt.length);
      const came = cameAt[committed];
      const age = seen.secondsBehind(committed, now);
      if (came === undefined) expect(age).toBe(0);
      else if ((now - came) / 1_000 < 190) expect(Math.abs(age - (now - came) / 1_000)).toBeLessThanOrEqual(1);
      else expect(age).toBeLessThanOrEqual((now - came) / 1_000 + 1);
    }));
  });

  it('reaches hours back where records never stop coming, within a twentieth', () => {
    const seen = times();
    for (let second = 0; second <= 6 * 3_600; second++) seen.add(second * 10, second * 1_000);
    const now = 6 * 3_600_000;
    for (const behind of [60, 199, 600, 1_200, 3_600, 5 * 3_600]) {
      expect(Math.abs(seen.secondsBehind((6 * 3_600 - behind) * 10, now) - behind)).toBeLessThanOrEqual(Math.max(1, behind / 20));
    }
  });
});
