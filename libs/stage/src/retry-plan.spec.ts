import { describe, expect, it } from 'vitest';
import { retryStep } from './retry-plan.js';

const DELAYS = [2_000, 10_000, 60_000];

describe('retryStep', () => {
  it.each([[1, 1, 2_000], [2, 2, 10_000], [3, 3, 60_000], [0, 1, 2_000]])('goes from %i to topic %i', (least, tier, delayMs) => {
    expect(retryStep(DELAYS, least, 0, 0)).toEqual({ tier, delayMs });
  });

  it('takes the first topic that waits as long as was asked', () => {
    expect(retryStep(DELAYS, 1, 10_000, 0)).toEqual({ tier: 2, delayMs: 10_000 });
    expect(retryStep(DELAYS, 1, 10_001, 0)).toEqual({ tier: 3, delayMs: 60_000 });
    expect(retryStep(DELAYS, 3, 1, 0)).toEqual({ tier: 3, delayMs: 60_000 });
  });

  it('spreads by up to a tenth, later only', () => {
    expect(retryStep(DELAYS, 1, 0, 0.999_999)?.delayMs).toBeCloseTo(2_200, 1);
  });

  it('knows none where none waits so long, or none is set', () => {
    expect(retryStep(DELAYS, 1, 60_001, 0)).toBeUndefined();
    expect(retryStep(DELAYS, 4, 0, 0)).toBeUndefined();
    expect(retryStep([], 1, 0, 0)).toBeUndefined();
  });
});
