import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DocketError, isDocketError } from '@docket/contracts';
import { helpText } from './cli/help.js';
import { chooseSubjects, readOptions } from './cli/options.js';
import { benchNames, loadBench, subjectFile } from './find-bench.js';
import { tableOf } from './report/table.js';
import { runBench } from './run-bench.js';

async function main(args: readonly string[]): Promise<void> {
  const names = benchNames();
  const options = readOptions(args, names);
  if (options.help || options.name === undefined) {
    const benches = await Promise.all(names.map(async (name) => [name, await loadBench(name)] as const));
    process.stdout.write(helpText(new Map(benches)));
    return;
  }
  const bench = await loadBench(options.name);
  const subjects = chooseSubjects(options.subjects, bench.subjects);
  // Told now rather than after an hour.
  subjects.forEach(subjectFile);
  if (options.json !== undefined) assertWritable(options.json);
  const report = await runBench(bench, {
    name: options.name,
    subjects,
    rounds: options.rounds ?? bench.rounds,
    units: options.units ?? bench.units,
    progress: (text) => process.stderr.write(`${text}\n`),
    interrupted,
  });
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
  process.stdout.write(`${tableOf(report)}\n`);
}

function assertWritable(file: string): void {
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
  } catch (cause) {
    throw new DocketError('DOCKET_USAGE', `--json ${file}: the folder ${folder} is not there or cannot be written to`, { cause });
  }
}

// kafkajs as it comes warns of a timer of its own, once a process.
process.removeAllListeners('warning');
process.on('warning', (warning) => warning.name === 'TimeoutNegativeWarning' || process.stderr.write(`${warning.name}: ${warning.message}\n`));

const interrupted = new Promise<never>((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new DocketError('DOCKET_INTERRUPTED', `ended by ${signal}`)));
});
interrupted.catch(() => undefined);

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${isDocketError(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  // What a failed turn has not finished is of no use: do not wait for it.
  process.exit(1);
}
