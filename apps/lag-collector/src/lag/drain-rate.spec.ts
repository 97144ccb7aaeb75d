import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DrainRate } from './drain-rate.js';

/** A partition that is written to and read from at so many records a second, looked at every five seconds. */
function run(steps: readonly { written: number; read: number }[]): number[] {
  const rate = new DrainRate();
  let [end, committed, at] = [0, 0, 0];
  return steps.map(({ written, read }) => {
    at += 5_000;
    end += written;
    committed = Math.min(end, committed + read);
    return rate.sample({ committed, end, at });
  });
}

describe('the time to drain a partition', () => {
  it('is nothing where the group keeps up, however little comes', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(100), { minLength: 1, maxLength: 50 }), (written) => {
        expect(run(written.map((count) => ({ written: count, read: count }))).every((seconds) => seconds === 0)).toBe(true);
      }),
    );
  });

  it('is nothing after a burst on a quiet topic that is worked off at once', () => {
    const quiet = Array<{ written: number; read: number }>(100).fill({ written: 1, read: 1 });
    expect(run([...quiet, { written: 1_000, read: 0 }, { written: 0, read: 1_000 }]).every((seconds) => seconds === 0)).toBe(true);
  });

  it('follows from the speed of a group that has more than it gets done', () => {
    // A hundred a second come, fifty are read: after a minute 3,000 are there, and take a minute.
    const seconds = run(Array<{ written: number; read: number }>(12).fill({ written: 500, read: 250 }));
    expect(seconds.at(-1)).toBeCloseTo(60, 0);
  });

  it('grows while nothing is read, and never beyond a day', () => {
    const busy = Array<{ written: number; read: number }>(10).fill({ written: 500, read: 250 });
    const seconds = run([...busy, ...Array<{ written: number; read: number }>(500).fill({ written: 0, read: 0 })]);
    expect(seconds[12]).toBeGreaterThan(seconds[10] ?? Infinity);
    expect(seconds.at(-1)).toBe(86_400);
  });

  it('forgets a stall once it is over', () => {
    const stall = [{ written: 10, read: 0 }, ...Array<{ written: number; read: number }>(120).fill({ written: 0, read: 0 }), { written: 0, read: 10 }];
    expect(run([...stall, { written: 1_000, read: 0 }, { written: 0, read: 500 }]).at(-1)).toBe(5);
  });

  it('is not known of a group that has only joined', () => {
    expect(run([{ written: 100, read: 0 }, { written: 100, read: 0 }, { written: 0, read: 50 }])).toEqual([0, 0, 15]);
  });
});
