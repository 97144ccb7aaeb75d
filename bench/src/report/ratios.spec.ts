import { expect, it } from 'vitest';
import { computeRatios, type RatioSpec } from './ratios.js';
import type { Sample } from './sample.js';

const THROUGHPUT: RatioSpec = { name: 'throughput', metric: 'throughput', of: 'ours', over: ['x', 'y'], better: 'higher' };

const rounds = (subject: string, values: readonly number[], metric = 'throughput'): Sample[] =>
  values.map((value, index) => ({ subject, round: index + 1, metric, unit: '1', value }));

it('compares with the best peer of each round', () => {
  const samples = [...rounds('ours', [12, 30, 24]), ...rounds('x', [10, 3, 8]), ...rounds('y', [4, 12, 6])];
  // Best a round: 10, 12, 8.
  expect(computeRatios([THROUGHPUT], samples)).toEqual({ throughput: 2.4 });
});

it('takes the lowest as best where lower is better', () => {
  const spec: RatioSpec = { name: 'p99', metric: 'p99', of: 'ours', over: ['x', 'y'], better: 'lower' };
  const samples = [...rounds('ours', [5], 'p99'), ...rounds('x', [20], 'p99'), ...rounds('y', [10], 'p99')];
  expect(computeRatios([spec], samples)).toEqual({ p99: 0.5 });
});

it('has no ratio unless every subject ran', () => {
  expect(computeRatios([THROUGHPUT], [...rounds('ours', [1]), ...rounds('x', [1])])).toEqual({});
  expect(computeRatios([THROUGHPUT], [...rounds('x', [1]), ...rounds('y', [1])])).toEqual({});
});

it('looks at its own metric only', () => {
  const samples = [...rounds('ours', [2]), ...rounds('ours', [99], 'other'), ...rounds('x', [1]), ...rounds('y', [1])];
  expect(computeRatios([THROUGHPUT], samples)).toEqual({ throughput: 2 });
});
