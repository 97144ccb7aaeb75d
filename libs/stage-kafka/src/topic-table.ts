import { randomUUID } from 'node:crypto';
import type { InputRecord } from '@docket/stage';
import type { Admin, Batch, Consumer, Kafka } from 'kafkajs';
import { GROUP_SETTINGS } from './group-settings.js';
import { toInputRecord } from './record-codec.js';
import type { TopicNames } from './topic-names.js';

/**
 * Follows the whole of some topics from their first record, every partition, whoever else reads them: a group
 * of one that commits nothing. caughtUp resolves when all that stood there at the start has been applied.
 */
export class TopicTable {
  readonly #consumer: Consumer;
  readonly #admin: Admin;
  readonly #behind = new Map<string, bigint>();
  /** By topic and partition, the record that comes next. */
  readonly #next = new Map<string, bigint>();
  #resolve: () => void = () => undefined;
  readonly caughtUp = new Promise<void>((resolve) => (this.#resolve = resolve));

  constructor(
    kafka: Kafka,
    private readonly names: TopicNames,
    private readonly topics: readonly string[],
    private readonly apply: (record: InputRecord) => void,
    onCritical: (error: Error) => void,
  ) {
    this.#consumer = kafka.consumer({ groupId: names.group(`table-${randomUUID()}`), ...GROUP_SETTINGS });
    this.#admin = kafka.admin();
    // A table that stopped following would go on answering from what it last knew.
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) onCritical(payload.error);
    });
  }

  async start(): Promise<void> {
    await this.#admin.connect();
    try {
      for (const topic of this.topics.map((name) => this.names.toCluster(name))) {
        for (const { partition, low, high } of await this.#admin.fetchTopicOffsets(topic)) {
          if (BigInt(high) > BigInt(low)) this.#behind.set(`${topic}/${partition}`, BigInt(high));
        }
      }
    } finally {
      await this.#admin.disconnect();
    }
    if (this.#behind.size === 0) this.#resolve();
    // Told of batches without any record for us too, which never reach eachBatch: a transaction's marker may be all that is left.
    this.#consumer.on(this.#consumer.events.END_BATCH_PROCESS, ({ payload }) =>
      this.#advance(`${payload.topic}/${payload.partition}`, BigInt(payload.lastOffset) + 1n),
    );
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: this.topics.map((topic) => this.names.toCluster(topic)), fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        this.#take(batch);
        return Promise.resolve();
      },
    });
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }

  /** The group commits nothing, so each rejoin begins at the first record again: what was applied is passed over, or the table would go back in time. */
  #take({ topic, partition, highWatermark, messages }: Batch): void {
    const place = `${topic}/${partition}`;
    const known = this.#next.get(place) ?? 0n;
    // A topic that was made anew is another one.
    const from = BigInt(highWatermark) < known ? 0n : known;
    for (const message of messages) {
      const offset = BigInt(message.offset);
      if (offset < from) continue;
      this.apply(toInputRecord(this.names.fromCluster(topic), partition, message));
      this.#next.set(place, offset + 1n);
    }
  }

  #advance(place: string, next: bigint): void {
    const end = this.#behind.get(place);
    if (end === undefined || next < end) return;
    this.#behind.delete(place);
    if (this.#behind.size === 0) this.#resolve();
  }
}

/** Reads topics from their first record to where they end now. */
export async function readTopics(
  kafka: Kafka, names: TopicNames, topics: readonly string[], apply: (record: InputRecord) => void,
): Promise<void> {
  let fail: (error: Error) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => (fail = reject));
  const table = new TopicTable(kafka, names, topics, apply, fail);
  try {
    await Promise.race([table.start().then(() => table.caughtUp), failed]);
  } finally {
    await table.stop();
  }
}
