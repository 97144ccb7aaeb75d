import { DocketError, isDocketError, type Clock } from '@docket/contracts';
import { Task, type OutputRecord, type Stage, type StageLog, type StageObserver, type StepRecord } from '@docket/stage';
import type { Consumer, Kafka } from 'kafkajs';
import { GROUP_SETTINGS } from './group-settings.js';
import { toInputRecord } from './record-codec.js';
import { withAdmin } from './topic-admin.js';
import type { TopicNames } from './topic-names.js';

/** A failed task is opened again after this long, so that a fault that stays does not spin. */
const REOPEN_MS = 1_000;

/** Longest wait at the end for handlers that were aborted. */
const SETTLE_MS = 3_000;

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

/** A partition as this instance holds it. Without a position, what arrives belongs to an earlier hold and is dropped. */
interface Hold {
  readonly task: Task;
  positioned: boolean;
}

/**
 * Runs a stage on the partitions that the group gives this instance: a Task each, opened anew at every join and
 * after every failure. Opening reads the committed offset and seeks to it, since kafkajs may still hand over
 * records it fetched before; the Task starts when the one it replaces has settled. The fetch loop only hands
 * records over; it never waits for a handler, so it keeps its heartbeat.
 */
export class StageConsumer {
  readonly #options: StageConsumerOptions;
  readonly #consumer: Consumer;
  readonly #topic: string;
  readonly #group: string;
  readonly #holds = new Map<number, Hold>();
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
        const hold = this.#holds.get(batch.partition);
        // Stale: fetched before a seek that kafkajs has yet to apply.
        if (!hold?.positioned || payload.isStale()) return Promise.resolve();
        hold.task.accept(batch.messages.map((message) => toInputRecord(this.#options.stage.spec.input, batch.partition, message)));
        payload.resolveOffset(batch.lastOffset());
        return Promise.resolve();
      },
    });
  }

  /** Finishes and commits what is under way, up to `drainMs`, then leaves the group, whether or not all has settled. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    const tasks = [...this.#holds.values()].map(({ task }) => task);
    await this.#within(drainMs, Promise.all(tasks.map((task) => task.drain())));
    await this.#within(SETTLE_MS, Promise.all(tasks.map((task) => task.close())));
    await this.#consumer.disconnect();
  }

  async #within(ms: number, work: Promise<unknown>): Promise<void> {
    let cancel = (): void => undefined;
    const limit = new Promise<void>((resolve) => (cancel = this.#options.clock.schedule(ms, resolve)));
    await Promise.race([work, limit]);
    cancel();
  }

  #assign(partitions: readonly number[]): void {
    if (this.#stopping) return;
    this.#joined = true;
    this.#options.onJoin(this.#group);
    for (const [partition, { task }] of this.#holds) {
      if (!partitions.includes(partition)) {
        this.#holds.delete(partition);
        void task.close();
      }
    }
    this.#open(partitions);
  }

  #open(partitions: readonly number[]): void {
    const opened = partitions.map((partition) => {
      const before = this.#holds.get(partition)?.task;
      const hold: Hold = { task: this.#task(partition), positioned: false };
      this.#holds.set(partition, hold);
      return { partition, hold, settled: before?.close() ?? Promise.resolve() };
    });
    const current = () => opened.filter(({ partition, hold }) => !this.#stopping && this.#holds.get(partition) === hold);
    const position = async (): Promise<void> => {
      if (current().length === 0) return;
      try {
        const offsets = await this.#committed();
        for (const { partition, hold, settled } of current()) {
          const place = { topic: this.#topic, partitions: [partition] };
          this.#consumer.seek({ topic: this.#topic, partition, offset: offsets.get(partition) ?? '0' });
          this.#consumer.resume([place]);
          hold.positioned = true;
          void settled.then(() => hold.task.start());
        }
      } catch (cause) {
        const { log, clock, stage } = this.#options;
        const err = new DocketError('DOCKET_REOPEN', 'the committed offsets cannot be read', { kind: 'retriable', cause });
        log.warn('tasks cannot be opened yet', { stage: stage.spec.name, err });
        clock.schedule(REOPEN_MS, () => void position());
      }
    };
    void position();
  }

  /** Where each partition goes on: its committed offset, or its first record. */
  async #committed(): Promise<Map<number, string>> {
    return withAdmin(this.#options.kafka, async (admin) => {
      const [[committed], bounds] = await Promise.all([
        admin.fetchOffsets({ groupId: this.#group, topics: [this.#topic] }),
        admin.fetchTopicOffsets(this.#topic),
      ]);
      const offsets = new Map(bounds.map(({ partition, low }) => [partition, low]));
      for (const { partition, offset } of committed?.partitions ?? []) {
        if (BigInt(offset) >= 0n) offsets.set(partition, offset);
      }
      return offsets;
    });
  }

  #task(partition: number): Task {
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
    return task;
  }

  #failed(partition: number, task: Task, error: Error): void {
    const { log, clock, stage, onCritical } = this.#options;
    if (isDocketError(error) && error.kind === 'critical') return onCritical(error);
    log.warn('task failed and is opened again', { stage: stage.spec.name, partition, err: error });
    clock.schedule(REOPEN_MS, () => {
      if (!this.#stopping && this.#holds.get(partition)?.task === task) this.#open([partition]);
    });
  }
}
