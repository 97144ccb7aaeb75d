import type { Clock } from '@docket/contracts';
import type { InputRecord, StageLog } from '@docket/stage';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { GROUP_SETTINGS } from './group-settings.js';
import { toInputRecord } from './record-codec.js';
import type { TopicNames } from './topic-names.js';

/** A handler that fails is tried again after this long, with the same records. */
const RETRY_MS = 500;
const CHUNK = 500;

export type BatchHandler = (records: readonly InputRecord[]) => Promise<void>;

export interface BatchConsumerOptions {
  readonly kafka: Kafka;
  readonly names: TopicNames;
  /** Group name without `docket-`. */
  readonly group: string;
  /** Catalogue topic to its handler. */
  readonly handlers: ReadonlyMap<string, BatchHandler>;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly onJoin: (group: string) => void;
  readonly onCritical: (error: Error) => void;
}

/**
 * For read models and checks: hands over records of one partition in order, at most 500 at a time, and commits
 * them once the handler has resolved. A handler that throws gets the same records again, without limit, and
 * must be idempotent.
 */
export class BatchConsumer {
  readonly #options: BatchConsumerOptions;
  readonly #consumer: Consumer;
  readonly #stop = new AbortController();
  #joined = false;

  constructor(options: BatchConsumerOptions) {
    this.#options = options;
    this.#consumer = options.kafka.consumer({ groupId: options.names.group(options.group), ...GROUP_SETTINGS });
  }

  get joined(): boolean {
    return this.#joined;
  }

  async start(): Promise<void> {
    const { names, handlers, onJoin, onCritical, group } = this.#options;
    const { GROUP_JOIN, CRASH, END_BATCH_PROCESS } = this.#consumer.events;
    // A fetch that brings nothing but a transaction's marker never reaches eachBatch: uncommitted, it would look like lag.
    this.#consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, batchSize, lastOffset } }) => {
      if (batchSize === 0) void this.#commit(topic, partition, lastOffset).catch(() => undefined);
    });
    this.#consumer.on(GROUP_JOIN, () => {
      this.#joined = true;
      onJoin(names.group(group));
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      this.#joined = false;
      if (!payload.restart && !this.#stop.signal.aborted) onCritical(payload.error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...handlers.keys()].map((topic) => names.toCluster(topic)), fromBeginning: true });
    await this.#consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.#each(payload) });
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#consumer.disconnect();
  }

  async #each(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const topic = this.#options.names.fromCluster(batch.topic);
    const handler = this.#options.handlers.get(topic);
    if (!handler) return;
    for (let at = 0; at < batch.messages.length; at += CHUNK) {
      const messages = batch.messages.slice(at, at + CHUNK);
      const records = messages.map((message) => toInputRecord(topic, batch.partition, message));
      while (!(await this.#try(topic, handler, records))) {
        await payload.heartbeat();
        if (payload.isStale() || !payload.isRunning() || this.#stop.signal.aborted) return;
      }
      const last = messages.at(-1);
      if (!last) return;
      payload.resolveOffset(last.offset);
      // Behind the last record of a batch there may stand markers.
      const done = at + CHUNK < batch.messages.length ? last.offset : batch.lastOffset();
      await this.#commit(batch.topic, batch.partition, done);
      await payload.heartbeat();
    }
    payload.resolveOffset(batch.lastOffset());
  }

  #commit(topic: string, partition: number, offset: string): Promise<void> {
    return this.#consumer.commitOffsets([{ topic, partition, offset: String(BigInt(offset) + 1n) }]);
  }

  async #try(topic: string, handler: BatchHandler, records: readonly InputRecord[]): Promise<boolean> {
    try {
      await handler(records);
      return true;
    } catch (err) {
      this.#options.log.error('batch failed and is tried again', { topic, err });
      await new Promise<void>((resolve) => this.#options.clock.schedule(RETRY_MS, resolve));
      return false;
    }
  }
}
