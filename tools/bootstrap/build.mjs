import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { BootstrapError, insideEnvironment, PINNED_NODE, ROOT } from './workspace.mjs';

/** Builds what runs (not the specs): all apps, the tools and the benchmarks, with the libraries they use; only what has changed. */
export async function buildAll() {
  const apps = readdirSync(join(ROOT, 'apps')).map((name) => join('apps', name));
  const projects = [...apps, 'tools', 'bench'].map((folder) => join(folder, 'tsconfig.lib.json')).filter((file) => existsSync(join(ROOT, file)));
  const code = await run(PINNED_NODE, [join('node_modules', 'typescript', 'bin', 'tsc'), '--build', ...projects], { env: insideEnvironment() });
  if (code !== 0) throw new BootstrapError('the build failed: see above.');
}
