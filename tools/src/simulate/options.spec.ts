import { describe, expect, it } from 'vitest';
import { readSimulateOptions } from './options.js';

describe('readSimulateOptions', () => {
  it('has defaults', () => {
    expect(readSimulateOptions([])).toMatchObject({ seeds: 1000, from: 1, seed: undefined, json: undefined, help: false });
  });

  it.each([['--seeds', '50'], ['--from', '7']])('refuses %s %s beside --seed, which would pass over it', (name, value) => {
    expect(() => readSimulateOptions([name, value, '--seed', '3'])).toThrow(/--seed runs one seed/);
  });

  it.each([['--seeds', '0'], ['--seed', '-1'], ['--seed', 'x'], ['--workers', '1.5'], ['--nothing', '1']])('refuses %s %s and tells the usage', (name, value) => {
    expect(() => readSimulateOptions([`${name}=${value}`])).toThrow(/npm run simulate/);
  });
});
