import type { SimulationResult } from '@docket/testing';
import { count, newTally, type Tally } from './tally.js';

/** Seeds from `from` up to, not including, `to`. */
export interface SeedRange {
  readonly from: number;
  readonly to: number;
}

/** What a range has come to since the last of its parts. */
export interface RangePart {
  readonly tally: Tally;
  /** It is the range's last. */
  readonly ended: boolean;
}

/** Runs a range; a seed that fails is told at once, not only at the range's end. */
export async function runRange(
  { from, to }: SeedRange, run: (seed: number) => Promise<SimulationResult>, tell: (part: RangePart) => void,
): Promise<void> {
  let tally = newTally();
  for (let seed = from; seed < to; seed++) {
    count(tally, await run(seed));
    if (tally.failures.length === 0) continue;
    tell({ tally, ended: false });
    tally = newTally();
  }
  tell({ tally, ended: true });
}
