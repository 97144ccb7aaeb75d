import { isExact, isSound, type ChaosResult } from './result.js';
import type { Distribution } from './statistics.js';

const seconds = (ms: number | null) => (ms === null ? '-' : (ms / 1000).toFixed(2));

/** The result as a table for people. */
export function summary(result: ChaosResult): string {
  const { recoveryMs, standMs, overlapping } = result;
  const row = (...cells: readonly (string | number)[]) => `  ${String(cells[0]).padEnd(26)}${cells.slice(1).map((cell) => String(cell).padStart(9)).join('')}`;
  const times = (name: string, { n, median, p90, max }: Distribution) => row(name, n, seconds(median), seconds(p90), seconds(max));
  return [
    row('units', result.units),
    row('came out', result.unique),
    row('lost', result.lost),
    row('duplicated', result.duplicated),
    row('out of order', result.orderViolations),
    ...(result.unknown > 0 ? [row('never sent', result.unknown)] : []),
    row('sent twice on purpose', result.repeated),
    '',
    row('seconds', 'n', 'median', 'p90', 'max'),
    times('killed for good', recoveryMs.killedForGood),
    times('killed and restarted', recoveryMs.restarted),
    times('stopped', recoveryMs.stopped),
    times('others stand', standMs),
    times('several at once', overlapping.recoveryMs),
    times('others stand meanwhile', overlapping.standMs),
    '',
    ...(result.load.average > result.load.cores ? [`  the machine was busy (${result.load.average} processes for ${result.load.cores} cores): times are longer than they need be`] : []),
    ...(result.unrecovered > 0 ? [row('not recovered in time', result.unrecovered)] : []),
    ...result.defects.map((text) => `  ended by itself: ${text}`),
    ...result.examples.map((text) => `  ${text}`),
    isExact(result)
      ? `Each of ${result.units} units came out once and in order (${result.seconds} s, seed ${result.seed}).`
      : `NOT each unit came out once and in order (seed ${result.seed}).`,
    ...(isExact(result) && !isSound(result) ? ['NOT all recovered by itself: the run failed.'] : []),
  ].join('\n');
}
