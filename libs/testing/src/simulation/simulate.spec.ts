import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.js';

const SEEDS = 1_000;

describe('the streaming core on a simulated broker', () => {
  it(`holds every guarantee in ${SEEDS} runs with faults`, async () => {
    const broken: string[] = [];
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violations: [first] } = await simulate(seed);
      if (first) broken.push(`seed ${seed}, ${first.guarantee}: ${first.detail}`);
    }
    expect(broken).toEqual([]);
  }, 180_000);

  it('takes the same course for the same seed, and another for another', async () => {
    for (const seed of [3, 58, 104]) {
      const [once, again] = [await simulate(seed, { trace: true }), await simulate(seed, { trace: true })];
      expect(again.trace.join('\n')).toBe(once.trace.join('\n'));
      expect(once.trace.length).toBeGreaterThan(50);
      expect(await simulate(seed)).toEqual({ ...once, trace: [] });
    }
    expect((await simulate(3)).steps).not.toBe((await simulate(4)).steps);
  });
});
