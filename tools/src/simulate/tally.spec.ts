import { describe, expect, it } from 'vitest';
import { count, merge, newTally } from './tally.js';

const RESULT = { seed: 7, violations: [], faults: { crash: 2 }, units: 3, handlers: 4, commits: 5, steps: 6, virtualMs: 7, trace: [] };

describe('Tally', () => {
  it('adds up runs and parts', () => {
    const tally = newTally();
    count(tally, RESULT);
    count(tally, { ...RESULT, seed: 8, violations: [{ guarantee: 'key-order', detail: '' }, { guarantee: 'watermark', detail: '' }] });
    merge(tally, { ...newTally(), seeds: 10, faults: { crash: 1, freeze: 1 } });
    expect(tally).toEqual({ seeds: 12, failures: [{ seed: 8, guarantee: 'key-order' }], faults: { crash: 5, freeze: 1 }, units: 6, handlers: 8, commits: 10 });
  });
});
