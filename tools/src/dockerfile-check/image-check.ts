import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Image } from './image-build.js';
import { checkImports } from './import-check.js';
import { runCommand } from './run-command.js';

const UNKNOWN_SETTING = 'DOCKET_NO_SUCH_SETTING';
const START_TIMEOUT_MS = 60_000;

export interface CheckOptions {
  /** Environment of the started process beside the image's own. */
  readonly env: Readonly<Record<string, string>>;
  /** Packages that only a build needs. */
  readonly developmentPackages: readonly string[];
}

/** All that is wrong with a built image, one line each; empty where nothing is. */
export async function checkImage(image: Image, options: CheckOptions): Promise<string[]> {
  const app = join(image.layer.root, image.workdir);
  const [program, entry] = image.command;
  const problems: string[] = [];
  if (image.user === 'root' || image.user === '0') problems.push('the image runs as root: end it with USER node');
  const sources = ['apps', 'libs'].flatMap((folder) => findSources(join(app, folder), folder));
  if (sources.length > 0) problems.push(`sources in the image: ${sources.slice(0, 5).join(', ')}`);
  const development = options.developmentPackages.filter((name) => existsSync(join(app, 'node_modules', name)));
  if (development.length > 0) problems.push(`packages that only a build needs: ${development.join(', ')}`);
  if (program !== 'node' || entry === undefined) return [...problems, 'CMD is not ["node", "<entry>"]'];
  if (!existsSync(join(app, entry))) return [...problems, `CMD names ${entry}, which is not in the image`];
  return [...problems, ...(await checkImports(app, entry, { ...options.env, ...image.env })), ...(await checkStart(image, app, entry, options.env))];
}

/** Starts the entry once, in the way that ends by itself. */
async function checkStart(image: Image, app: string, entry: string, env: Readonly<Record<string, string>>): Promise<string[]> {
  // Every import of the entry is loaded before its settings are read: the refusal shows that it would have come up.
  const service = image.health !== undefined;
  const { code, output } = await runCommand('node', service ? [entry] : [entry, '--help'], {
    cwd: app,
    env: { ...env, ...image.env, ...(service ? { [UNKNOWN_SETTING]: '1' } : {}) },
    timeoutMs: START_TIMEOUT_MS,
  });
  const expected = service ? code === 1 && output.includes(`${UNKNOWN_SETTING}: no such setting`) : code === 0 && /^usage/im.test(output);
  if (expected) return [];
  const wanted = service ? `exit code 1 naming ${UNKNOWN_SETTING}` : 'exit code 0 and its usage for --help';
  return [`the entry did not start as it must (${wanted}); exit code ${code ?? 'none'}:\n${output.trimEnd().slice(-2_000)}`];
}

function findSources(folder: string, shown: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${shown}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : findSources(join(folder, entry.name), path);
    return /\.(ts|map|tsbuildinfo)$/.test(entry.name) ? [path] : [];
  });
}
