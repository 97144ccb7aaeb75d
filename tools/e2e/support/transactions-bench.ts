import { randomUUID } from 'node:crypto';
import type { OutputRecord } from '@docket/stage';
import { createKafka, TopicNames, TransactionWriter, type Kafka } from '@docket/stage-kafka';
import { vi } from 'vitest';

export const PARTITIONS = 3;
const TOPICS = ['in', 'out', 'ledger'];

/** A record as a reader with read_committed isolation sees it. */
export interface Seen {
  readonly partition: number;
  readonly value: string;
}

/** Topics of its own, with writers of one task (partition 1 of `in`), and what readers see of them. */
export class TransactionsBench {
  readonly names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
  readonly kafka: Kafka;
  readonly groupId = this.names.group('transactions');
  readonly transactionalId = `${this.groupId}-1`;
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(brokers: readonly string[]) {
    const quiet = () => undefined;
    this.kafka = createKafka({ brokers, clientId: 'e2e', log: { info: quiet, warn: quiet, error: quiet } });
  }

  static async open(brokers: readonly string[]): Promise<TransactionsBench> {
    const bench = new TransactionsBench(brokers);
    await bench.#withAdmin(async (admin) => {
      await admin.createTopics({
        topics: TOPICS.map((topic) => ({ topic: bench.names.toCluster(topic), numPartitions: PARTITIONS })), waitForLeaders: false,
      });
      await vi.waitFor(() => Promise.all(TOPICS.map((topic) => admin.fetchTopicOffsets(bench.names.toCluster(topic)))), { timeout: 30_000 });
    });
    return bench;
  }

  /** A writer that has fenced all before it. */
  async writer(): Promise<TransactionWriter> {
    const writer = new TransactionWriter({
      kafka: this.kafka, names: this.names, groupId: this.groupId, transactionalId: this.transactionalId, partition: 1, partitionsOf: () => PARTITIONS,
    });
    this.#ends.push(() => writer.close());
    await writer.fence();
    return writer;
  }

  /** A transaction that has sent a record and is neither committed nor aborted: what a crash leaves. */
  async abandon(producer: 'a' | 'b', value: string): Promise<void> {
    const crashed = this.kafka.producer({ transactionalId: `${this.transactionalId}-${producer}`, transactionTimeout: 600_000, idempotent: true });
    await crashed.connect();
    const transaction = await crashed.transaction();
    await transaction.send({ topic: this.names.toCluster('out'), messages: [{ partition: 0, value }] });
    await transaction.sendOffsets({ consumerGroupId: this.groupId, topics: [{ topic: this.names.toCluster('in'), partitions: [{ partition: 1, offset: '666' }] }] });
    await crashed.disconnect();
  }

  /** Next offset of partition 1 of `in`; -1 where none was committed. */
  async committedOffset(): Promise<number> {
    return this.#withAdmin(async (admin) => {
      // A broker that has just come up is no coordinator yet, and kafkajs does not ask it again.
      const ask = () => admin.fetchOffsets({ groupId: this.groupId, topics: [this.names.toCluster('in')] });
      const [topic] = await vi.waitFor(ask, { timeout: 30_000 });
      return Number(topic?.partitions.find(({ partition }) => partition === 1)?.offset);
    });
  }

  /** All that can be seen of `out`, to its end: nothing that is still open stands before it. */
  async seen(): Promise<Seen[]> {
    const end = randomUUID();
    const consumer = this.kafka.consumer({ groupId: `${this.groupId}-${end}`, maxWaitTimeInMs: 100 });
    const producer = this.kafka.producer({ idempotent: true });
    const seen: Seen[] = [];
    const ended = new Set<number>();
    await producer.connect();
    await producer.send({
      topic: this.names.toCluster('out'),
      messages: Array.from({ length: PARTITIONS }, (_, partition) => ({ partition, key: 'end', value: end })),
    });
    await producer.disconnect();
    await consumer.connect();
    try {
      await consumer.subscribe({ topic: this.names.toCluster('out'), fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachMessage: ({ partition, message: { key, value } }) => {
          if (String(value) === end) ended.add(partition);
          else if (String(key) !== 'end') seen.push({ partition, value: String(value) });
          return Promise.resolve();
        },
      });
      await vi.waitUntil(() => ended.size === PARTITIONS, { timeout: 60_000 });
    } finally {
      await consumer.disconnect();
    }
    return seen;
  }

  async close(): Promise<void> {
    await Promise.all(this.#ends.map((end) => end()));
  }

  async #withAdmin<T>(use: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }
}

/** One record to each partition of `out`. */
export function everywhere(value: string): OutputRecord[] {
  return Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: 'out', partition, key: 'key', value: Buffer.from(value), headers: { ce_id: value } }));
}

export function upTo(offset: number): ReadonlyMap<string, bigint> {
  return new Map([['in', BigInt(offset)]]);
}
