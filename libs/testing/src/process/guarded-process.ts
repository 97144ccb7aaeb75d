import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DocketError, systemClock, type Clock } from '@docket/contracts';
import { guardGroup } from './process-guard.js';
import { ProcessLog } from './process-log.js';

export interface GuardedProcessOptions {
  readonly command: string;
  readonly args?: readonly string[];
  readonly cwd?: string;
  /** The whole environment; default: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Where standard output and error go, line by line; default: a log of its own, in memory. */
  readonly log?: ProcessLog;
  /** For the wait in stop(). */
  readonly clock?: Clock;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A child process in a process group of its own that never outlives this process (see guardGroup). Signals of the
 * terminal do not reach it. Once it has ended, whatever it left in its group is killed.
 */
export class GuardedProcess {
  readonly pid: number;
  readonly log: ProcessLog;
  /** Resolves when the process has ended and its output has been read to the end. */
  readonly exited: Promise<Exit>;
  readonly #clock: Clock;
  #running = true;

  private constructor(child: ChildProcessByStdio<null, Readable, Readable>, pid: number, log: ProcessLog, clock: Clock) {
    this.pid = pid;
    this.log = log;
    this.#clock = clock;
    const release = guardGroup(pid);
    for (const stream of [child.stdout, child.stderr]) {
      createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => log.write(line));
    }
    child.on('exit', () => {
      this.#running = false;
      signalTo(-pid, 'SIGKILL');
      release();
    });
    this.exited = new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal })));
  }

  /** Throws DOCKET_SPAWN (critical) where the command cannot be run. */
  static start(options: GuardedProcessOptions): GuardedProcess {
    const child = spawn(options.command, [...(options.args ?? [])], {
      cwd: options.cwd,
      env: { ...(options.env ?? process.env) },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.on('error', () => undefined);
    if (child.pid === undefined) {
      throw new DocketError('DOCKET_SPAWN', `${options.command} cannot be run: is it installed, and may it be run?`);
    }
    return new GuardedProcess(child, child.pid, options.log ?? new ProcessLog(), options.clock ?? systemClock);
  }

  get running(): boolean {
    return this.#running;
  }

  /** To the process itself, not to its group. */
  signal(signal: NodeJS.Signals): void {
    if (this.#running) signalTo(this.pid, signal);
  }

  /** SIGKILL to the whole group. */
  kill(): void {
    if (this.#running) signalTo(-this.pid, 'SIGKILL');
  }

  /** SIGTERM, and SIGKILL where the process has not ended after `graceMs` milliseconds. */
  async stop(graceMs = 15_000): Promise<Exit> {
    this.signal('SIGTERM');
    const cancel = this.#clock.schedule(graceMs, () => this.kill());
    try {
      return await this.exited;
    } finally {
      cancel();
    }
  }
}

/** The process may have ended since: that is no error. */
function signalTo(target: number, signal: NodeJS.Signals): void {
  try {
    process.kill(target, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** `exit code 1` or `SIGKILL`. */
export function describeExit(exit: Exit): string {
  return exit.signal ?? `exit code ${exit.code}`;
}
