import { ManualClock } from '@docket/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.js';

/** A rate is kept over any stretch of time, and what it allows is used: whoever waits as told gets its tokens. */
describe('TokenBucket', () => {
  it('never gives more than the burst and the rate allow, and gives them after the wait that it named', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 500, noNaN: true }), fc.integer({ min: 3, max: 50 }), fc.array(fc.record({ rest: fc.integer({ min: -50, max: 3_000 }), count: fc.integer({ min: 1, max: 3 }) }), { maxLength: 60 }),
        (perSecond, burst, turns) => {
          const clock = new ManualClock();
          const bucket = new TokenBucket({ perSecond, burst }, clock);
          let taken = 0;
          let passed = 0;
          for (const { rest, count } of turns) {
            clock.advance(Math.max(0, rest));
            passed += Math.max(0, rest);
            const waitMs = bucket.take(count);
            if (waitMs > 0) {
              clock.advance(waitMs);
              passed += waitMs;
              expect(bucket.take(count)).toBe(0);
            }
            taken += count;
            expect(taken).toBeLessThanOrEqual(burst + (passed / 1_000) * perSecond + 1e-6);
          }
        },
      ),
    );
  });

  it('gives a burst at once and then one submission of three calls each 300 ms', () => {
    const clock = new ManualClock();
    const bucket = new TokenBucket({ perSecond: 10, burst: 15 }, clock);
    expect(Array.from({ length: 6 }, () => bucket.take(3))).toEqual([0, 0, 0, 0, 0, 300]);
    clock.advance(299);
    expect(bucket.take(3)).toBe(1);
    clock.advance(1);
    expect(bucket.take(3)).toBe(0);
  });
});
