import { expect, it } from 'vitest';
import { runRange, type RangePart } from './seed-range.js';

const RESULT = { violations: [], faults: {}, units: 1, handlers: 1, commits: 1, steps: 1, virtualMs: 1, trace: [] };

it('tells a seed that fails before the next one runs, and each seed once', async () => {
  const parts: RangePart[] = [];
  const told: number[] = [];
  await runRange({ from: 5, to: 9 }, (seed) => {
    told.push(parts.length);
    return Promise.resolve({ ...RESULT, seed, violations: seed === 6 ? [{ guarantee: 'key-order', detail: '' }] : [] });
  }, (part) => parts.push(part));
  expect(told).toEqual([0, 0, 1, 1]);
  expect(parts).toMatchObject([
    { ended: false, tally: { seeds: 2, failures: [{ seed: 6, guarantee: 'key-order' }] } },
    { ended: true, tally: { seeds: 2, failures: [] } },
  ]);
});
