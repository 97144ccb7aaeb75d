import { LATENCY_MS, RATE } from './funders.js';
import type { OneRunResult } from './one-run.js';
import type { FundersOptions } from './options.js';
import { isExact } from './verdict.js';

/** How much longer the good funder's p99 may be with the others than alone. */
export const MAX_RATIO = 1.5;

/** The good funder's run alone, and the one with the others. */
export interface Pair {
  /** Undefined where left out. */
  readonly alone: OneRunResult | undefined;
  readonly together: OneRunResult;
}

export interface FundersResult {
  /** Without kills; undefined where left out. */
  readonly calm: Pair | undefined;
  readonly killed: Pair;
  /** The good funder's p99 with the others, divided by its p99 alone; null where there is none. */
  readonly ratios: { readonly calm: number | null; readonly killed: number | null };
  readonly seed: number;
  readonly perSecond: number;
  readonly failSeconds: number;
  readonly partitions: number;
  /** Whether the funders share one partition. */
  readonly together: boolean;
  /** Of the throttling funder, calls; a submission is three. */
  readonly rate: { readonly perSecond: number; readonly burst: number };
  /** Of the other funders, added to each call. */
  readonly latencyMs: number;
  readonly load: { readonly average: number; readonly cores: number };
  readonly seconds: number;
}

export interface ResultParts {
  readonly options: FundersOptions;
  readonly calm: Pair | undefined;
  readonly killed: Pair;
  readonly load: FundersResult['load'];
  readonly seconds: number;
}

export function resultOf({ options, calm, killed, load, seconds }: ResultParts): FundersResult {
  const { seed, perSecond, failMs, partitions, together } = options;
  const ratios = { calm: calm ? ratioOf(calm) : null, killed: ratioOf(killed) };
  return { calm, killed, ratios, seed, perSecond, failSeconds: failMs / 1_000, partitions, together, rate: RATE, latencyMs: LATENCY_MS, load, seconds };
}

export function runsOf({ calm, killed }: Pick<FundersResult, 'calm' | 'killed'>): OneRunResult[] {
  return [calm, killed].flatMap((pair) => (pair ? [pair.alone, pair.together].filter((run) => run !== undefined) : []));
}

/** What does not hold, in words; empty where all does. */
export function faultsOf(result: FundersResult): string[] {
  const runs = runsOf(result).flatMap(({ name, grants, verdict, defects }) => [
    ...(isExact(verdict, grants.good + grants.throttling + grants.failing) ? [] : [`${name}: not each grant was submitted exactly once`]),
    ...verdict.examples.map((example) => `${name}: ${example}`),
    ...defects.map((defect) => `${name}: ${defect}`),
  ]);
  const ratio = result.calm ? result.ratios.calm : result.ratios.killed;
  const slow = ratio !== null && ratio > MAX_RATIO ? [`the good funder's p99 is ${ratio.toFixed(2)} times that of its run alone, more than ${MAX_RATIO}`] : [];
  return [...runs, ...slow];
}

function ratioOf({ alone, together }: Pair): number | null {
  const [own, beside] = [alone?.latencyMs.good.p99 ?? null, together.latencyMs.good.p99];
  return own === null || beside === null || own === 0 ? null : Math.round((beside / own) * 100) / 100;
}
