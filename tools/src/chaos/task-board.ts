import type { WorkerStatus } from './worker-status.js';

/** `<stage>/<partition>`. */
export type TaskName = string;

interface Recovery {
  readonly from: number;
  readonly missing: Set<TaskName>;
  readonly resolve: (at: number) => void;
}

/** Who runs which task, as the workers tell; and how long it took until tasks ran again. Workers are named by process. */
export class TaskBoard {
  readonly #owners = new Map<TaskName, { worker: string; at: number }>();
  readonly #recoveries = new Set<Recovery>();
  readonly #joined = new Map<string, Set<string>>();
  #changedAt = 0;

  constructor(private readonly stages: readonly string[], private readonly partitions: number) {}

  /** When a task last changed hands, or was opened. */
  get changedAt(): number {
    return this.#changedAt;
  }

  /** A status of a worker that lives. */
  took(worker: string, status: WorkerStatus): void {
    if (status.kind === 'assigned') this.#assigned(worker, status);
    else if (status.kind === 'opened') this.#opened(worker, `${status.stage}/${status.partition}`, status.at);
  }

  /** The worker is no more, or is frozen: what it ran does not run. Returns its tasks. */
  gone(worker: string): TaskName[] {
    const tasks = this.tasksOf(worker);
    for (const task of tasks) this.#owners.delete(task);
    this.#joined.delete(worker);
    return tasks;
  }

  tasksOf(worker: string): TaskName[] {
    return [...this.#owners].filter(([, owner]) => owner.worker === worker).map(([task]) => task);
  }

  /** Resolves with the time at which the last of these tasks was opened, after `from`; cancel() when nobody waits any more. */
  recovery(tasks: readonly TaskName[], from: number): { readonly done: Promise<number>; readonly cancel: () => void } {
    let recovery: Recovery | undefined;
    const done = new Promise<number>((resolve) => {
      if (tasks.length === 0) return resolve(from);
      recovery = { from, missing: new Set(tasks), resolve };
      this.#recoveries.add(recovery);
    });
    return { done, cancel: () => recovery && this.#recoveries.delete(recovery) };
  }

  /** Every task runs in one of these workers, and each of them is in every group. */
  settled(workers: readonly string[]): boolean {
    return this.#owners.size === this.stages.length * this.partitions
      && workers.every((worker) => this.#joined.get(worker)?.size === this.stages.length);
  }

  #assigned(worker: string, { stage, partitions, anew, at }: WorkerStatus & { readonly kind: 'assigned' }): void {
    const joined = this.#joined.get(worker) ?? new Set();
    this.#joined.set(worker, joined.add(stage));
    for (const task of this.tasksOf(worker)) {
      const [name, partition] = task.split('/');
      if (name === stage && (anew || !partitions.includes(Number(partition)))) this.#owners.delete(task);
    }
    this.#changedAt = at;
  }

  #opened(worker: string, task: TaskName, at: number): void {
    const owner = this.#owners.get(task);
    if (owner !== undefined && owner.at > at) return;
    // A task that was kept sets its positions again at each join: it did not stop to run.
    if (owner?.worker !== worker) {
      this.#owners.set(task, { worker, at });
      this.#changedAt = at;
    }
    for (const recovery of this.#recoveries) {
      if (at <= recovery.from || !recovery.missing.delete(task) || recovery.missing.size > 0) continue;
      this.#recoveries.delete(recovery);
      recovery.resolve(at);
    }
  }
}
