export interface Distribution {
  readonly n: number;
  /** Milliseconds, whole; null where n is 0. */
  readonly median: number | null;
  readonly p90: number | null;
  readonly max: number | null;
}

/** Nearest rank: each figure is one that was measured. */
export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (share: number) => {
    const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
    return value === undefined ? null : Math.round(value);
  };
  return { n: sorted.length, median: rank(0.5), p90: rank(0.9), max: rank(1) };
}
