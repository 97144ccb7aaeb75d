import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { BootstrapError, insideEnvironment, PINNED_NODE, ROOT } from './workspace.mjs';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a built entry on the pinned Node and ends as it ends. Signals are passed on; from a terminal the entry gets
 * its own as well, so it must take a repeated one for the same. A channel tells the entry when this process is gone.
 */
export async function handOver(entry, args) {
  // A tenth of a second for every process that is started, as V8 need not compile again.
  const env = { NODE_COMPILE_CACHE: join(ROOT, 'node_modules', '.cache', 'compiled'), ...insideEnvironment() };
  const child = spawn(PINNED_NODE, [join(ROOT, entry), ...args], { env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal));
  const { code, signal } = await new Promise((resolve, reject) => {
    child.once('error', (cause) => reject(new BootstrapError(`${entry} cannot be run.`, { cause })));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  if (signal === null) process.exit(code);
  for (const name of FORWARDED) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}
