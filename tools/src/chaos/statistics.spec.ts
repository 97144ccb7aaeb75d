import { expect, it } from 'vitest';
import { distribution } from './statistics.js';

it('gives figures that were measured', () => {
  expect(distribution([5, 1, 4, 2, 3, 6, 7, 8, 9, 10])).toEqual({ n: 10, median: 5, p90: 9, max: 10 });
  expect(distribution([7.4])).toEqual({ n: 1, median: 7, p90: 7, max: 7 });
});

it('gives none where nothing was measured', () => {
  expect(distribution([])).toEqual({ n: 0, median: null, p90: null, max: null });
});
