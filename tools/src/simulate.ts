import { writeFileSync } from 'node:fs';
import { isDocketError } from '@docket/contracts';
import { simulate } from '@docket/testing';
import { readSimulateOptions, SIMULATE_USAGE, type SimulateOptions } from './simulate/options.js';
import { Progress } from './simulate/progress.js';
import { runSeeds } from './simulate/seed-pool.js';
import { summary } from './simulate/summary.js';

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The whole course of one seed; false where a guarantee is broken. */
async function replay(seed: number): Promise<boolean> {
  const { trace, violations } = await simulate(seed, { trace: true });
  say(trace.join('\n'));
  for (const { guarantee, detail } of violations) say(`${guarantee}: ${detail}`);
  say(violations.length === 0 ? `seed ${seed}: every guarantee held` : `seed ${seed}: ${violations.length} violation(s)`);
  return violations.length === 0;
}

async function run({ seeds, from, json, workers }: SimulateOptions): Promise<boolean> {
  const progress = new Progress(process.stderr, seeds);
  const report = await runSeeds({ seeds, from, workers, onProgress: (tally) => progress.show(tally) });
  progress.end();
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, undefined, 2)}\n`);
  say(summary(report));
  return report.failures.length === 0;
}

try {
  const options = readSimulateOptions(process.argv.slice(2));
  if (options.help) say(SIMULATE_USAGE);
  else process.exitCode = (await (options.seed === undefined ? run(options) : replay(options.seed))) ? 0 : 1;
} catch (error) {
  process.stderr.write(`${isDocketError(error) ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
