// `npm run clean`: removes all that was built. tsc keeps the output of removed files, and would take it for current.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from './bootstrap/workspace.mjs';

const BUILT = new Set(['dist', 'out-tsc']);

/** Never looks into node_modules: packages have a dist of their own. */
function clean(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    if (entry.isDirectory() && BUILT.has(entry.name)) remove(path);
    else if (entry.isDirectory()) clean(path);
    else if (entry.name.endsWith('.tsbuildinfo')) remove(path);
  }
}

function remove(path) {
  rmSync(path, { recursive: true });
  console.log(`removed ${relative(ROOT, path)}`);
}

for (const folder of ['libs', 'apps', 'tools', 'bench'].map((name) => join(ROOT, name)).filter((path) => existsSync(path))) clean(folder);
