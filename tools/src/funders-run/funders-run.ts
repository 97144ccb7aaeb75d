import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isDocketError } from '@docket/contracts';
import { onParentGone } from '../parent.js';
import type { OneRun } from './one-run.js';
import { readOptions, USAGE, type FundersOptions } from './options.js';
import { faultsOf } from './result.js';
import { runSeries } from './series.js';
import { summary } from './summary.js';

const ends: OneRun['ends'] = [];
let ending: Promise<void> | undefined;
const endAll = (): Promise<void> => {
  ending ??= (async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  })();
  return ending;
};
/** After everything else has ended: it holds what that writes. */
let clear = (): void => undefined;
const exit = (code: number) => void endAll().finally(() => {
  clear();
  process.exit(code);
});

async function run(options: FundersOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-funders-'));
  let keep = true;
  clear = () => {
    if (keep) process.stderr.write(`data and logs are in ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  };
  process.stderr.write(`seed ${options.seed}\n`);
  const result = await runSeries(options, folder, ends);
  const sound = faultsOf(result).length === 0;
  keep = options.keep || !sound;
  const json = `${JSON.stringify(result, null, 2)}\n`;
  process.stdout.write(options.json ? json : `${summary(result)}\n`);
  if (options.out !== undefined) {
    mkdirSync(dirname(resolve(options.out)), { recursive: true });
    writeFileSync(options.out, json);
  }
  exit(sound ? 0 : 1);
}

function fail(error: unknown): void {
  if (ending) return;
  process.stderr.write(`\n${isDocketError(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  exit(isDocketError(error) && error.code === 'DOCKET_USAGE' ? 2 : 1);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
  } else {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => exit(130));
    onParentGone(() => exit(1));
    await run(options);
  }
} catch (error) {
  fail(error);
}
