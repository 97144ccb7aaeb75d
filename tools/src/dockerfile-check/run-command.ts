import { spawn } from 'node:child_process';

export interface CommandResult {
  /** Null where a signal ended it. */
  readonly code: number | null;
  /** Standard output and standard error as they came, the last 16 KiB. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Killed after so long. */
  readonly timeoutMs: number;
}

const KEEP = 16_384;

/**
 * Runs a program to its end. Rejects where it cannot be started at all. It and what it started die with this process
 * and at the time-out.
 */
export function runCommand(program: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const kill = () => killGroup(child.pid);
    const timer = setTimeout(kill, options.timeoutMs);
    process.once('exit', kill);
    const settle = () => {
      clearTimeout(timer);
      process.off('exit', kill);
    };
    let output = '';
    const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-KEEP));
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('close', (code) => {
      settle();
      resolve({ code, output });
    });
  });
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}

/** Of the caller's environment, what a build inside a container would not see either is left out. */
export function cleanEnvironment(env: Readonly<Record<string, string | undefined>>, nodeFolder: string): Record<string, string> {
  const kept = Object.entries(env).filter((entry): entry is [string, string] => {
    const [name, value] = entry;
    if (value === undefined) return false;
    if (/^npm_config_(registry|cache|cafile|https?_?proxy|noproxy)$/i.test(name) || name === 'NODE_EXTRA_CA_CERTS') return true;
    return !/^(npm_|DOCKET_|NODE_|NX_|KAFKA_BROKERS$|DATABASE_URL$|INIT_CWD$)/i.test(name);
  });
  return { ...Object.fromEntries(kept), PATH: `${nodeFolder}:${env['PATH'] ?? ''}` };
}
