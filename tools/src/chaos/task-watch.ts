import type { StageConsumer } from '@docket/stage-kafka';

type Task = StageConsumer['tasks'][number];

/** Tells how long tasks stand that are kept through a join: from `suspended` to `running`, seen at each look. */
export class TaskWatch {
  readonly #since = new Map<Task, number>();

  /** @param stood told with the time of standing, milliseconds */
  constructor(private readonly consumer: StageConsumer, private readonly stood: (ms: number) => void) {}

  look(now: number): void {
    const { tasks } = this.consumer;
    for (const task of tasks) {
      const since = this.#since.get(task);
      if (task.state === 'suspended') {
        if (since === undefined) this.#since.set(task, now);
      } else if (since !== undefined) {
        this.#since.delete(task);
        if (task.state === 'running') this.stood(now - since);
      }
    }
    for (const task of this.#since.keys()) if (!tasks.includes(task)) this.#since.delete(task);
  }
}
