import type { SimulationResult } from '@docket/testing';

/** Figures of many runs. */
export interface Tally {
  seeds: number;
  readonly failures: { readonly seed: number; readonly guarantee: string }[];
  readonly faults: Record<string, number>;
  units: number;
  handlers: number;
  commits: number;
}

export function newTally(): Tally {
  return { seeds: 0, failures: [], faults: {}, units: 0, handlers: 0, commits: 0 };
}

export function count(tally: Tally, { seed, violations, faults, units, handlers, commits }: SimulationResult): void {
  const [first] = violations;
  merge(tally, { seeds: 1, failures: first ? [{ seed, guarantee: first.guarantee }] : [], faults, units, handlers, commits });
}

/** Adds the second to the first. */
export function merge(tally: Tally, other: Readonly<Tally>): void {
  tally.seeds += other.seeds;
  tally.failures.push(...other.failures);
  for (const [fault, times] of Object.entries(other.faults)) tally.faults[fault] = (tally.faults[fault] ?? 0) + times;
  tally.units += other.units;
  tally.handlers += other.handlers;
  tally.commits += other.commits;
}
