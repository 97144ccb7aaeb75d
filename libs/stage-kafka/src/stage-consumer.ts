import { DocketError, isDocketError, type Clock } from '@docket/contracts';
import { Task, type OutputRecord, type Stage, type StageLog, type StageObserver, type StepRecord } from '@docket/stage';
import type { Consumer, Kafka } from 'kafkajs';
import { GROUP_SETTINGS } from './group-settings.js';
import { toInputRecord } from './record-codec.js';
import type { TopicNames } from './topic-names.js';

/** A failed task is opened again after this long, so that a fault that stays does not spin. */
const REOPEN_MS = 1_000;

export interface StageConsumerOptions {
  readonly kafka: Kafka;
  readonly names: TopicNames;
  readonly stage: Stage;
  readonly audit: (steps: readonly StepRecord[]) => Promise<void>;
  readonly write: (records: readonly OutputRecord[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly observer: StageObserver;
  readonly onJoin: (group: string) => void;
  /** The stage can go no further: a bug or a bad setting, never bad input. */
  readonly onCritical: (error: Error) => void;
}

/**
 * Runs a stage on the partitions that the group gives this instance: a Task each, opened anew at every join,
 * started when the task it replaces has settled. kafkajs's fetch loop only hands records over; it never waits
 * for a handler, so it keeps its heartbeat.
 */
export class StageConsumer {
  readonly #options: StageConsumerOptions;
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #group: string;
  readonly #tasks = new Map<number, Task>();
  #joined = false;
  #stopping = false;

  constructor(options: StageConsumerOptions) {
    this.#options = options;
    this.#topic = options.names.toCluster(options.stage.spec.input);
    this.#group = options.names.group(options.stage.spec.name);
    this.#consumer = options.kafka.consumer({ groupId: this.#group, ...GROUP_SETTINGS });
  }

  get joined(): boolean {
    return this.#joined;
  }

  async start(): Promise<void> {
    const { GROUP_JOIN, REBALANCING, CRASH } = this.#consumer.events;
    // Nothing may escape the synchronous part of these listeners: kafkajs would stop for good.
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#assign(payload.memberAssignment[this.#topic] ?? []));
    this.#consumer.on(REBALANCING, () => (this.#joined = false));
    this.#consumer.on(CRASH, ({ payload }) => {
      this.#joined = false;
      if (!payload.restart && !this.#stopping) this.#options.onCritical(payload.error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.#topic], fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => {
        const { batch } = payload;
        const task = this.#tasks.get(batch.partition);
        task?.accept(batch.messages.map((message) => toInputRecord(this.#options.stage.spec.input, batch.partition, message)));
        payload.resolveOffset(batch.lastOffset());
        return Promise.resolve();
      },
    });
  }

  /** Finishes and commits what is under way, up to `drainMs`, then leaves the group. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    const tasks = [...this.#tasks.values()];
    let cancel = (): void => undefined;
    const limit = new Promise<void>((resolve) => (cancel = this.#options.clock.schedule(drainMs, resolve)));
    await Promise.race([Promise.all(tasks.map((task) => task.drain())), limit]);
    cancel();
    await Promise.all(tasks.map((task) => task.close()));
    await this.#consumer.disconnect();
  }

  #assign(partitions: readonly number[]): void {
    if (this.#stopping) return;
    this.#joined = true;
    this.#options.onJoin(this.#group);
    for (const [partition, task] of this.#tasks) {
      if (!partitions.includes(partition)) {
        this.#tasks.delete(partition);
        void task.close();
      }
    }
    for (const partition of partitions) this.#open(partition);
  }

  #open(partition: number): void {
    const before = this.#tasks.get(partition);
    const { stage, clock, log, observer, audit, write } = this.#options;
    const place = { topic: this.#topic, partitions: [partition] };
    const task: Task = new Task({
      stage, clock, log, observer,
      random: Math.random,
      onFailure: (error) => this.#failed(partition, task, error),
      port: {
        audit,
        write,
        commit: (offset) => this.#consumer.commitOffsets([{ topic: this.#topic, partition, offset: String(offset) }]),
        pause: () => this.#consumer.pause([place]),
        resume: () => this.#consumer.resume([place]),
      },
    });
    this.#tasks.set(partition, task);
    this.#consumer.resume([place]);
    void (before?.close() ?? Promise.resolve()).then(() => task.start());
  }

  #failed(partition: number, task: Task, error: Error): void {
    const { log, clock, stage, onCritical } = this.#options;
    if (isDocketError(error) && error.kind === 'critical') return onCritical(error);
    log.warn('task failed and is opened again', { stage: stage.spec.name, partition, err: error });
    clock.schedule(REOPEN_MS, () => {
      if (this.#stopping || this.#tasks.get(partition) !== task) return;
      this.#reopen(partition, task).catch((cause: unknown) => this.#failed(partition, task, asError(cause)));
    });
  }

  /** Begins again at the committed offset. A rebalance in between has replaced the task already. */
  async #reopen(partition: number, task: Task): Promise<void> {
    const { kafka, stage } = this.#options;
    const admin = kafka.admin();
    await admin.connect();
    try {
      const [committed] = await admin.fetchOffsets({ groupId: this.#group, topics: [this.#topic] });
      const [low] = await Promise.all([admin.fetchTopicOffsets(this.#topic)]);
      const at = committed?.partitions.find((entry) => entry.partition === partition)?.offset ?? '-1';
      const first = low.find((entry) => entry.partition === partition)?.low ?? '0';
      if (this.#stopping || this.#tasks.get(partition) !== task) return;
      this.#open(partition);
      this.#consumer.seek({ topic: this.#topic, partition, offset: Number(at) < 0 ? first : at });
    } catch (cause) {
      throw new DocketError('DOCKET_REOPEN', `the task of ${stage.spec.name} cannot be opened`, { kind: 'retriable', cause });
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error('unknown failure', { cause });
}
