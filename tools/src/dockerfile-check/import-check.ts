import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from './run-command.js';

const TIMEOUT_MS = 60_000;

/** Imports each file it is given and prints what does not load. */
const IMPORT_ALL = `
import { pathToFileURL } from 'node:url';
for (const file of process.argv.slice(1)) await import(pathToFileURL(file)).catch((error) => console.log(file + ': ' + error.message));
process.exit(0);`;

/**
 * Loads every module of the entry's app and of our libraries that it links to, those included that the entry only
 * imports later. Left out are the entry itself and threads: loading them starts them. One line for each failure.
 */
export async function checkImports(app: string, entry: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  const linked = join(app, 'node_modules/@docket');
  const libraries = existsSync(linked) ? readdirSync(linked).map((name) => join(realpathSync(join(linked, name)), 'dist')) : [];
  const own = join(app, dirname(entry));
  const files = [...new Set([own, ...libraries])]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((file) => file.endsWith('.js') && !file.endsWith('.thread.js') && file !== join(app, entry));
  const { code, output } = await runCommand('node', ['--input-type=module', '--eval', IMPORT_ALL, ...files], { cwd: app, env, timeoutMs: TIMEOUT_MS });
  if (code === 0 && output === '') return [];
  return [`modules that do not load (exit code ${code ?? 'none'}):\n${output.trimEnd().replaceAll(`${app}/`, '')}`];
}
