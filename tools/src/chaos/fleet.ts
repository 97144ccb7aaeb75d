import { describeExit } from '@docket/testing';
import type { Span } from './incident-log.js';
import type { TaskBoard } from './task-board.js';
import { WorkerProcess } from './worker-process.js';
import type { WorkerOptions } from './worker-options.js';

export interface FleetOptions extends Omit<WorkerOptions, 'instance'> {
  readonly logFolder: string;
  readonly board: TaskBoard;
  readonly say: (text: string) => void;
}

/** How long a task of a worker stood that it kept through a join. */
export interface Stand extends Span {
  readonly worker: string;
}

/** All workers of a run: starts them, listens to them, and starts again those that end by themselves. */
export class Fleet {
  readonly stands: Stand[] = [];
  /** What ended by itself, and why: a defect, even where nothing is lost. */
  readonly defects: string[] = [];
  readonly #options: FleetOptions;
  readonly #workers = new Set<WorkerProcess>();
  #instances = 0;
  #processes = 0;
  #closed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  get running(): WorkerProcess[] {
    return [...this.#workers].filter(({ state }) => state === 'running');
  }

  /** @param instance one that was there before, or by default a new one */
  start(instance = `w${++this.#instances}`): WorkerProcess {
    const { board, brokers, prefix, sessionMs, seed, logFolder } = this.#options;
    const worker = new WorkerProcess({
      brokers, prefix, sessionMs, seed, instance, logFolder,
      name: `${instance}-${++this.#processes}`,
      onStatus: (status, from) => {
        if (from.state !== 'running') return;
        board.took(from.name, status);
        if (status.kind === 'stood') this.stands.push({ worker: from.name, from: status.at - status.ms, to: status.at });
        if (status.kind === 'critical') this.#defect(`${from.name}: ${status.stage} ended with ${status.code}: ${status.message}`);
      },
    });
    this.#workers.add(worker);
    void worker.exited.then((exit) => {
      this.#workers.delete(worker);
      if (worker.state === 'leaving' || this.#closed) return;
      worker.state = 'leaving';
      board.gone(worker.name);
      this.#defect(`${worker.name} ended by itself (${describeExit(exit)}): ${worker.tail().at(-1) ?? ''}`);
      this.start(instance);
    });
    return worker;
  }

  /** Clean, all at once. */
  async stop(): Promise<void> {
    this.#closed = true;
    for (const worker of this.#workers) worker.wake();
    await Promise.all([...this.#workers].map((worker) => worker.stop()));
  }

  /** At once. */
  kill(): void {
    this.#closed = true;
    for (const worker of this.#workers) worker.kill();
  }

  #defect(text: string): void {
    this.defects.push(text);
    this.#options.say(text);
  }
}
