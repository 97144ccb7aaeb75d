import { spawn } from 'node:child_process';
import { BootstrapError, ROOT } from './workspace.mjs';

/**
 * Runs a command in the repository's top folder with its output shown. Resolves with its exit code.
 * `onOutput` gets what it writes to standard output, which is shown all the same.
 */
export function run(command, args, { env, onOutput } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', onOutput ? 'pipe' : 'inherit', 'inherit'] });
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      process.stdout.write(text);
      onOutput(text);
    });
    child.once('error', (cause) => reject(new BootstrapError(`${command} cannot be run: is it installed?`, { cause })));
    child.once('close', (code) => resolve(code ?? 1));
  });
}
