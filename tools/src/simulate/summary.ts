import type { SimulationReport } from './seed-pool.js';
import type { Tally } from './tally.js';

/** Failures that are listed one by one. */
const LISTED = 20;

/** The same while it runs and at its end. */
export function failureLine({ seed, guarantee }: Tally['failures'][number]): string {
  return `FAILED ${guarantee}: npm run simulate -- --seed ${seed}`;
}

/** What a person wants to know of a report. */
export function summary({ seeds, failures, faults, units, handlers, commits, seconds }: SimulationReport): string {
  const struck = Object.entries(faults).sort(([, a], [, b]) => b - a).map(([name, times]) => `${name} ${times}`);
  return [
    `${seeds} runs in ${seconds} s: ${units} units, ${handlers} handlers, ${commits} commits`,
    `faults: ${struck.join(', ') || 'none'}`,
    ...failures.slice(0, LISTED).map(failureLine),
    ...(failures.length > LISTED ? [`and ${failures.length - LISTED} more`] : []),
    failures.length === 0 ? 'every guarantee held in every run' : `${failures.length} run(s) broke a guarantee`,
  ].join('\n');
}
