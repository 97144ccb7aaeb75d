import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Top folder of the repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** The Node that the workspace pins: everything but the bootstrap itself runs on it. */
export const PINNED_NODE = join(ROOT, 'node_modules', 'node', 'bin', 'node');

/** Told to the user without a stack. */
export class BootstrapError extends Error {}

/** For tools of the workspace: its own commands and its own Node come first. */
export function insideEnvironment(env = process.env) {
  const own = [join(ROOT, 'node_modules', '.bin'), join(ROOT, 'node_modules', 'node', 'bin')];
  return { ...env, PATH: [...own, ...foreignPath(env)].join(delimiter) };
}

/** For npm: it must not run on a Node that it is about to replace, as under `npm start` it would. */
export function outsideEnvironment(env = process.env) {
  return { ...env, PATH: foreignPath(env).join(delimiter) };
}

/** Says what is needed where the script itself runs on a Node that is too old, or on a system that it does not support. */
export function assertSupported(version = process.versions.node, platform = process.platform) {
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const least = engines.node.replace(/^>=/, '');
  if (platform === 'win32') {
    throw new BootstrapError('Windows itself is not supported: use WSL (Windows Subsystem for Linux) or docker compose.');
  }
  if (compareVersions(version, least) < 0) {
    throw new BootstrapError(`Node ${least} or newer is needed to begin; this is ${version}. Everything else is installed from here.`);
  }
}

/** Negative where `a` is older. */
export function compareVersions(a, b) {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  const differing = [0, 1, 2].find((part) => (left[part] ?? 0) !== (right[part] ?? 0));
  return differing === undefined ? 0 : (left[differing] ?? 0) - (right[differing] ?? 0);
}

function foreignPath(env) {
  return (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.startsWith(join(ROOT, 'node_modules')));
}
