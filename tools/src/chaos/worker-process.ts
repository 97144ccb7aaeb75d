import { join } from 'node:path';
import { GuardedProcess, ProcessLog, type Exit } from '@docket/testing';
import { monotonicMs } from './monotonic.js';
import type { WorkerOptions } from './worker-options.js';
import { parseStatusLine, type WorkerStatus } from './worker-status.js';

const ENTRY = join(import.meta.dirname, 'worker.js');
const STOP_MS = 20_000;

export interface WorkerProcessOptions extends WorkerOptions {
  /** Unlike the instance, different for each process. */
  readonly name: string;
  readonly logFolder: string;
  readonly onStatus: (status: WorkerStatus, worker: WorkerProcess) => void;
}

/** A worker as the run sees it. */
export class WorkerProcess {
  readonly name: string;
  readonly instance: string;
  readonly startedAt: number;
  readonly exited: Promise<Exit>;
  /** `leaving`: it was told to end, one way or the other. */
  state: 'running' | 'frozen' | 'leaving' = 'running';
  readonly #process: GuardedProcess;

  constructor({ name, logFolder, onStatus, ...options }: WorkerProcessOptions) {
    this.name = name;
    this.instance = options.instance;
    const log = new ProcessLog({ file: join(logFolder, `${name}.log`), tailLines: 20 });
    log.onLine((line) => {
      const status = parseStatusLine(line);
      if (status) onStatus(status, this);
    });
    this.#process = GuardedProcess.start({ command: process.execPath, args: ['--enable-source-maps', ENTRY, JSON.stringify(options)], log });
    this.startedAt = monotonicMs();
    this.exited = this.#process.exited.finally(() => log.close());
  }

  tail(): readonly string[] {
    return this.#process.log.tail();
  }

  kill(): void {
    this.state = 'leaving';
    this.#process.kill();
  }

  /** Clean: what is under way is finished first. */
  stop(): Promise<Exit> {
    this.state = 'leaving';
    return this.#process.stop(STOP_MS);
  }

  freeze(): void {
    this.state = 'frozen';
    this.#process.signal('SIGSTOP');
  }

  wake(): void {
    this.#process.signal('SIGCONT');
    if (this.state === 'frozen') this.state = 'running';
  }
}
