import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isDocketError } from '@docket/contracts';
import { onParentGone } from '../parent.js';
import type { Ends } from './local-install.js';

export type { Ends } from './local-install.js';

export interface ToolOptions {
  readonly help: boolean;
  /** File for the result. */
  readonly json: string | undefined;
}

export interface Tool<O extends ToolOptions, R> {
  readonly name: string;
  readonly usage: string;
  readOptions(args: readonly string[]): O;
  run(options: O, folder: string, ends: Ends): Promise<R>;
  /** For people. */
  summary(result: R): string;
  isSound(result: R): boolean;
}

/**
 * The life of a tool that runs services: exit code 0 only where the result is sound, 2 where the options are wrong. Whatever
 * it started ends with it; its data and logs are kept where something is wrong.
 */
export async function runTool<O extends ToolOptions, R>(tool: Tool<O, R>): Promise<void> {
  const ends: Ends = [];
  let ending: Promise<void> | undefined;
  const exit = (code: number) => {
    ending ??= endAll(ends);
    void ending.finally(() => process.exit(code));
  };
  try {
    const options = tool.readOptions(process.argv.slice(2));
    if (options.help) {
      process.stdout.write(tool.usage);
      return;
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => exit(130));
    onParentGone(() => exit(1));
    const folder = mkdtempSync(join(tmpdir(), `docket-${tool.name}-`));
    let keep = true;
    ends.push(() => {
      if (keep) process.stderr.write(`data and logs are in ${folder}\n`);
      else rmSync(folder, { recursive: true, force: true });
    });
    const result = await tool.run(options, folder, ends);
    keep = !tool.isSound(result);
    process.stdout.write(`${tool.summary(result)}\n`);
    if (options.json !== undefined) {
      mkdirSync(dirname(resolve(options.json)), { recursive: true });
      writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`);
    }
    exit(tool.isSound(result) ? 0 : 1);
  } catch (error) {
    if (ending) return;
    process.stderr.write(`\n${isDocketError(error) ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    exit(isDocketError(error) && error.code === 'DOCKET_USAGE' ? 2 : 1);
  }
}

/** Last first; what is ended is taken off the list. */
export async function endAll(ends: Ends): Promise<void> {
  for (const end of ends.splice(0).toReversed()) await end();
}
