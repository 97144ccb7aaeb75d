import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isDocketError } from '@docket/contracts';
import { onParentGone } from '../parent.js';
import { runChaos, type Ends } from './chaos-run.js';
import { readOptions, USAGE, type ChaosOptions } from './options.js';
import { isSound } from './result.js';
import { summary } from './summary.js';

const ends: Ends = [];
let ending: Promise<void> | undefined;
const endAll = (): Promise<void> => {
  ending ??= (async () => {
    for (const end of ends.toReversed()) await end();
  })();
  return ending;
};
const exit = (code: number) => void endAll().finally(() => process.exit(code));

async function run(options: ChaosOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'docket-chaos-'));
  let keep = options.keep;
  ends.push(() => {
    if (keep) process.stderr.write(`data and logs are in ${folder}\n`);
    else rmSync(folder, { recursive: true, force: true });
  });
  process.stderr.write(`seed ${options.seed}\n`);
  try {
    const result = await runChaos(options, folder, ends);
    keep ||= !isSound(result);
    process.stdout.write(`${summary(result)}\n`);
    if (options.json !== undefined) {
      mkdirSync(dirname(resolve(options.json)), { recursive: true });
      writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    }
    exit(isSound(result) ? 0 : 1);
  } catch (error) {
    keep = true;
    throw error;
  }
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
