import { randomUUID } from 'node:crypto';
import type { InputRecord } from '@docket/stage';
import type { Kafka, TopicNames } from '@docket/stage-kafka';
import type { Batch, Consumer } from './kafka-types.js';
import type { OffsetRanges } from './offset-range.js';
import { toReadRecord } from './read-record.js';

export interface RangeReaderOptions {
  readonly kafka: Kafka;
  readonly names: TopicNames;
  /** The catalogue's name. */
  readonly topic: string;
  /** None of them empty. */
  readonly ranges: OffsetRanges;
  /** One partition after the other: for a reader that holds something of each while it is read. */
  readonly inTurn?: boolean;
  readonly apply: (record: InputRecord) => void;
}

const CLOSE_MS = 3_000;

/**
 * Reads the committed records of parts of a topic, in order within a partition: a group of one that commits nothing.
 * Records that a transaction aborted are left out, and its markers count as read: they may be all that a part ends with.
 */
export class RangeReader {
  readonly #consumer: Consumer;
  readonly #next: Map<number, bigint>;
  readonly #left: number[];
  #settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  /** Resolves when every range is read; rejects when the brokers stop answering or `apply` throws. */
  readonly finished = new Promise<void>((resolve, reject) => (this.#settle = { resolve, reject }));

  constructor(private readonly options: RangeReaderOptions) {
    const { kafka, names, ranges } = options;
    this.#next = new Map([...ranges].map(([partition, { from }]) => [partition, from]));
    this.#left = [...ranges.keys()];
    this.#consumer = kafka.consumer({
      groupId: names.group(`cli-${randomUUID()}`),
      sessionTimeout: 10_000, heartbeatInterval: 500, maxWaitTimeInMs: 100, maxBytesPerPartition: 1024 * 1024, allowAutoTopicCreation: false,
      // A person waits: say that the brokers are away rather than begin afresh for ever.
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8, restartOnFailure: () => Promise.resolve(false) },
    });
    this.finished.catch(() => undefined);
  }

  async start(): Promise<void> {
    const consumer = this.#consumer;
    const topic = this.options.names.toCluster(this.options.topic);
    const { GROUP_JOIN, END_BATCH_PROCESS, CRASH } = consumer.events;
    // Each join forgets the positions.
    consumer.on(GROUP_JOIN, ({ payload }) => this.#place(payload.memberAssignment[topic] ?? []));
    // Told of batches without any record for us too, which never reach eachBatch.
    consumer.on(END_BATCH_PROCESS, ({ payload }) => this.#advance(payload.partition, BigInt(payload.lastOffset) + 1n));
    consumer.on(CRASH, ({ payload }) => this.#fail(payload.error));
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        this.#read(batch);
        return Promise.resolve();
      },
    });
  }

  /** Never throws; bounded. */
  async stop(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const enough = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)));
    await Promise.race([this.#consumer.disconnect().catch(() => undefined), enough]);
    clearTimeout(timer);
  }

  #read({ partition, messages }: Batch): void {
    const upTo = this.options.ranges.get(partition)?.upTo ?? 0n;
    try {
      for (const message of messages) {
        const offset = BigInt(message.offset);
        // A join while a batch was read delivers it again.
        if (offset < (this.#next.get(partition) ?? upTo) || offset >= upTo) continue;
        this.options.apply(toReadRecord(this.options.topic, partition, message));
        this.#next.set(partition, offset + 1n);
      }
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #advance(partition: number, next: bigint): void {
    const before = this.#next.get(partition);
    if (before === undefined) return;
    if (next > before) this.#next.set(partition, next);
    if (next < (this.options.ranges.get(partition)?.upTo ?? 0n)) return;
    this.#next.delete(partition);
    this.#left.splice(this.#left.indexOf(partition), 1);
    this.#pause(partition);
    const [following] = this.#left;
    if (following === undefined) this.#settle?.resolve();
    else if (this.options.inTurn) this.#goOn(following);
  }

  #place(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const isDue = this.options.inTurn ? partition === this.#left[0] : this.#next.has(partition);
      if (isDue) this.#goOn(partition);
      else this.#pause(partition);
    }
  }

  #goOn(partition: number): void {
    const topic = this.options.names.toCluster(this.options.topic);
    this.#consumer.seek({ topic, partition, offset: String(this.#next.get(partition)) });
    this.#consumer.resume([{ topic, partitions: [partition] }]);
  }

  #pause(partition: number): void {
    this.#consumer.pause([{ topic: this.options.names.toCluster(this.options.topic), partitions: [partition] }]);
  }

  #fail(error: Error): void {
    this.#settle?.reject(error);
  }
}
