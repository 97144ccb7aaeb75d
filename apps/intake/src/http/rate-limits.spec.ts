import { ManualClock } from '@docket/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RateLimits } from './rate-limits.js';

const limit = { perSecond: 10, burst: 5 };

/** A tenant gets its rate and its burst, neither more nor less, whatever the others do. */
describe('RateLimits', () => {
  it('never lets in more than burst and rate allow, and lets in what comes when it was told to come', () => {
    fc.assert(fc.property(fc.array(fc.nat(400), { minLength: 1, maxLength: 100 }), (pauses) => {
      const clock = new ManualClock();
      const start = clock.now();
      const limits = new RateLimits(() => limit, clock);
      let taken = 0;
      for (const pause of pauses) {
        clock.advance(pause);
        const wait = limits.take('a');
        if (wait === 0) taken++;
        else {
          clock.advance(wait);
          expect(limits.take('a')).toBe(0);
          taken++;
        }
        expect(taken).toBeLessThanOrEqual(limit.burst + ((clock.now() - start) / 1000) * limit.perSecond + 1e-6);
      }
    }));
  });

  it('paces what waits for its turn', () => {
    const limits = new RateLimits(() => limit, new ManualClock());
    expect(Array.from({ length: 8 }, () => limits.reserve('a'))).toEqual([0, 0, 0, 0, 0, 100, 200, 300]);
  });

  it('counts what is owed in units: at another rate it takes another time', () => {
    let perSecond = 1;
    const limits = new RateLimits(() => ({ perSecond, burst: 1 }), new ManualClock());
    limits.charge('a', 1_000);
    expect(limits.take('a')).toBe(1_000_000);
    perSecond = 500;
    expect(limits.take('a')).toBe(2_000);
  });

  it('keeps tenants apart, and knows no limit where none is set', () => {
    const limits = new RateLimits((tenant) => (tenant === 'free' ? undefined : limit), new ManualClock());
    limits.charge('a', 1_000);
    expect(limits.take('a')).toBeGreaterThan(99_000);
    expect([limits.take('b'), limits.take('free')]).toEqual([0, 0]);
    limits.charge('free', 1_000_000);
    expect(limits.take('free')).toBe(0);
  });
});
