import { expect, it } from 'vitest';
import { median, percentile, summarise } from './statistics.js';

it('takes the median of odd and even numbers of values, in any order', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([10, 1, 4, 2])).toBe(3);
  expect(median([5])).toBe(5);
});

it('takes percentiles by nearest rank', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(percentile(values, 50)).toBe(50);
  expect(percentile(values, 99)).toBe(99);
  expect(percentile(values, 100)).toBe(100);
  expect(percentile([7, 9], 1)).toBe(7);
  expect(percentile(Float64Array.of(9, 7, 8), 99)).toBe(9);
});

it('leaves the given values as they were', () => {
  const values = [3, 1, 2];
  median(values);
  percentile(values, 50);
  expect(values).toEqual([3, 1, 2]);
});

it('summarises', () => {
  expect(summarise([2, 9, 4])).toEqual({ min: 2, median: 4, max: 9 });
});

it('has nothing to say about no values', () => {
  expect(() => median([])).toThrow(RangeError);
  expect(() => percentile([], 50)).toThrow(RangeError);
  expect(() => percentile([1], 0)).toThrow(RangeError);
  expect(() => percentile([1], 101)).toThrow(RangeError);
});
