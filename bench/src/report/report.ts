import type { Machine } from '../machine.js';
import { computeRatios, type RatioSpec } from './ratios.js';
import type { Sample } from './sample.js';
import { summarise, type Summary } from './statistics.js';

export interface Row extends Summary {
  readonly subject: string;
  readonly metric: string;
  readonly unit: string;
}

/** What `--json` writes. */
export interface Report {
  readonly name: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly rows: readonly Row[];
  readonly ratios: Readonly<Record<string, number>>;
}

/** A row for each subject and metric, in the order in which they first came up. */
export function rowsOf(samples: readonly Sample[]): readonly Row[] {
  const groups = Map.groupBy(samples, ({ subject, metric }) => `${subject} ${metric}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    return first ? [{ subject: first.subject, metric: first.metric, unit: first.unit, ...summarise(group.map(({ value }) => value)) }] : [];
  });
}

export function reportOf(name: string, machine: Machine, rounds: number, samples: readonly Sample[], ratios: readonly RatioSpec[]): Report {
  return { name, machine, rounds, rows: rowsOf(samples), ratios: computeRatios(ratios, samples) };
}
