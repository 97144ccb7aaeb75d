import { ManualClock } from '@docket/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

describe('the bucket of admission', () => {
  it('lets pass no more than its rate, one second of it and one batch, however it is asked', () => {
    const step = fc.record({ ms: fc.nat(3_000), units: fc.integer({ min: 1, max: 100 }) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(step, { maxLength: 200 }), (rate, steps) => {
        const clock = new ManualClock();
        const bucket = new TokenBucket(clock);
        bucket.perSecond = rate;
        let [passed, ms] = [0, 0];
        for (const { ms: wait, units } of steps) {
          clock.advance(wait);
          ms += wait;
          if (bucket.take(units)) passed += units;
        }
        expect(passed).toBeLessThanOrEqual((ms / 1_000) * rate + rate + 100);
      }),
    );
  });

  it.each([0.1, 0.5, 3, 200])('lets pass what its rate of %d a second says', (rate) => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock);
    bucket.perSecond = rate;
    let passed = 0;
    for (let ms = 0; ms < 100_000; ms += 4) {
      clock.advance(4);
      if (bucket.take(1)) passed++;
    }
    expect(passed).toBeGreaterThanOrEqual(rate * 100 - 1);
    expect(passed).toBeLessThanOrEqual(rate * 101 + 1);
  });

  it('lets pass a rate far below one a second, also where it is told every tick', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock);
    let passed = 0;
    for (let ms = 0; ms < 100_000; ms += 100) {
      if (ms % 5_000 === 0) bucket.perSecond = 0.05;
      clock.advance(100);
      if (bucket.take(1)) passed++;
    }
    expect(passed).toBe(5);
  });

  it('takes nothing of a rate that was higher with it', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket(clock);
    bucket.perSecond = 100;
    clock.advance(1_000);
    bucket.perSecond = 2;
    expect([bucket.take(1), bucket.take(1), bucket.take(1)]).toEqual([true, true, false]);
  });
});
