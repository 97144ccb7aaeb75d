import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.mjs';
import { BootstrapError, outsideEnvironment, PINNED_NODE, ROOT } from './workspace.mjs';

/** How often a wait is told where there is no terminal for npm to show its own progress on. */
const STILL_MS = 15_000;

/** Makes sure that node_modules holds exactly what package-lock.json names. */
export async function ensurePackages() {
  const missing = missingPackages();
  if (missing === undefined) return;
  console.log(`docket: installing npm packages (${missing})`);
  const began = Date.now();
  const still = setInterval(() => console.log(`docket: still installing, ${Math.round((Date.now() - began) / 1000)} s`), STILL_MS);
  if (process.stderr.isTTY) clearInterval(still);
  // Its warnings are about its own Node being older than some tools ask for; they run on the pinned one.
  const code = await run('npm', ['ci', '--loglevel=error', '--no-audit', '--no-fund'], { env: outsideEnvironment() }).finally(() => clearInterval(still));
  if (code !== 0) {
    throw new BootstrapError(`npm packages cannot be installed (npm ci ended with exit code ${code}): see its words above, check the network, try again.`);
  }
  const left = missingPackages();
  if (left !== undefined) {
    throw new BootstrapError(`npm ci ran, but ${left}. Install scripts must be allowed (npm config get ignore-scripts): one fetches the pinned Node.`);
  }
}

/** Why node_modules is not what the lock file asks for; undefined where it is. */
export function missingPackages(root = ROOT, pinnedNode = PINNED_NODE) {
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (wanted === undefined) throw new BootstrapError('package-lock.json cannot be read: is this a whole checkout?');
  // npm writes this one at the very end of each of its changes: it tells what is installed.
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  if (installed === undefined) return 'there are none yet';
  const difference = differingPackage(wanted, installed);
  if (difference !== undefined) return `${difference} is not what the lock file asks for`;
  if (!existsSync(pinnedNode)) return 'the pinned Node is missing';
  return undefined;
}

/** Path of the first package that is wanted and not installed in that very version; optional ones may be left out. */
export function differingPackage(wanted, installed) {
  return Object.keys(wanted).find((path) => {
    if (path === '') return false;
    const there = installed[path];
    if (there === undefined) return !(wanted[path].optional || wanted[path].devOptional);
    return there.version !== wanted[path].version || there.integrity !== wanted[path].integrity;
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
