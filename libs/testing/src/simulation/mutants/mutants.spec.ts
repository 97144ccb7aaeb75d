import { describe, expect, it } from 'vitest';
import { simulate } from '../simulate.js';
import { MUTANTS } from './index.js';

/** Each must be found within so many runs. */
const SEEDS = 1_000;

describe('deliberate bugs', () => {
  it('are a fair number, each with a name of its own', () => {
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    expect(MUTANTS.length).toBeGreaterThanOrEqual(12);
  });

  it.each(MUTANTS)('$name is found', async (mutant) => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { violations } = await simulate(seed, { mutant });
      if (violations.some(({ guarantee }) => mutant.breaks.includes(guarantee))) return;
    }
    expect.fail(`not found within ${SEEDS} runs`);
  }, 120_000);
});
