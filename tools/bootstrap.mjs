import { buildAll } from './bootstrap/build.mjs';
import { handOver } from './bootstrap/hand-over.mjs';
import { ensurePackages } from './bootstrap/packages.mjs';
import { reported } from './bootstrap/report.mjs';
import { assertSupported } from './bootstrap/workspace.mjs';

/**
 * From a bare checkout to a running entry: installs npm packages where they are not what package-lock.json asks for,
 * builds what has changed, and runs the built `entry` (relative to the top folder) on the pinned Node with `args`.
 * Uses nothing but Node itself, 20.19 or newer.
 */
export function bootstrap(entry, args) {
  return reported(async () => {
    assertSupported();
    await ensurePackages();
    await buildAll();
    await handOver(entry, args);
  });
}
