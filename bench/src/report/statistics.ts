export interface Summary {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Of an even number of values the mean of the two in the middle. Throws RangeError without a value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new RangeError('no value to take the median of');
  return (lower + upper) / 2;
}

/**
 * Nearest rank: the smallest value that at least `percent` (over 0, at most 100) of the values do not exceed.
 * Throws RangeError without a value or with another percentage.
 */
export function percentile(values: ArrayLike<number>, percent: number): number {
  if (!(percent > 0 && percent <= 100)) throw new RangeError(`no such percentile: ${percent}`);
  const sorted = Float64Array.from(values).sort();
  const value = sorted[Math.ceil((percent / 100) * sorted.length) - 1];
  if (value === undefined) throw new RangeError('no value to take the percentile of');
  return value;
}

/** Throws RangeError without a value. */
export function summarise(values: readonly number[]): Summary {
  return { min: Math.min(...values), median: median(values), max: Math.max(...values) };
}
