import { DocketError } from '@docket/contracts';
import type { OutputRecord } from '@docket/stage';
import { CompressionTypes, type Kafka, type Message, type Producer, type TopicMessages } from 'kafkajs';
import { partitionOf } from './murmur2.js';
import type { TopicNames } from './topic-names.js';

/** What one request may carry: a larger batch would exceed what the broker takes per partition. */
const MAX_BATCH_BYTES = 512 * 1024;

/** A broker that is away must not keep a process from ending. */
const CLOSE_MS = 3_000;

/** Where a record came to lie. */
export interface WrittenAt {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

interface Waiting {
  readonly records: readonly OutputRecord[];
  readonly bytes: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Writes records with acks from all in-sync replicas, by an idempotent producer with one request under way.
 * What arrives meanwhile shares the next request, so batches size themselves under load and nothing waits
 * when idle. Records of one write() keep their order per partition; so do those of later write()s. While the
 * broker is away write() waits; after a final failure the producer is replaced, since its state cannot be trusted.
 */
export class RecordWriter {
  #producer: Producer | undefined;
  #queue: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #pending = 0;

  /** @param kafka made with `endless`: a producer that gave up could have its next batch taken for a repeat of the last */
  constructor(private readonly kafka: Kafka, private readonly names: TopicNames) {}

  /** Bytes that the broker has not acknowledged yet, about. */
  get pendingBytes(): number {
    return this.#pending;
  }

  async connect(): Promise<void> {
    this.#producer ??= await this.#open();
  }

  /** Resolves when the broker has acknowledged all of them. Throws DOCKET_PRODUCE (retriable). */
  async write(records: readonly OutputRecord[]): Promise<void> {
    await Promise.all(chunks(records).map((chunk) => this.#enqueue(chunk)));
  }

  /** Writes one record by itself and tells where it lies. */
  async writeOne(record: OutputRecord): Promise<WrittenAt> {
    const producer = await this.#ready();
    const [written] = await producer.send({ topic: this.names.toCluster(record.topic), acks: -1, messages: [toMessage(record)] });
    if (!written) throw new DocketError('DOCKET_PRODUCE', 'the broker told no offset', { kind: 'retriable' });
    return { topic: record.topic, partition: written.partition, offset: BigInt(written.baseOffset ?? -1) };
  }

  /** Waits up to three seconds for what is under way; then what was not acknowledged is rejected. */
  async close(): Promise<void> {
    await within(CLOSE_MS, this.#flushing);
    for (const waiting of this.#queue.splice(0)) waiting.reject(new DocketError('DOCKET_PRODUCE', 'the writer was closed', { kind: 'retriable' }));
    await within(CLOSE_MS, this.#producer?.disconnect());
    this.#producer = undefined;
  }

  #enqueue(records: readonly OutputRecord[]): Promise<void> {
    const bytes = records.reduce((sum, record) => sum + sizeOf(record), 0);
    this.#pending += bytes;
    return new Promise<void>((resolve, reject) => {
      this.#queue.push({ records, bytes, resolve, reject });
      this.#flushing ??= this.#flush();
    }).finally(() => (this.#pending -= bytes));
  }

  async #flush(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        await (await this.#ready()).sendBatch({ acks: -1, compression: CompressionTypes.None, topicMessages: this.#group(batch) });
        for (const waiting of batch) waiting.resolve();
      } catch (cause) {
        const broken = this.#producer;
        this.#producer = undefined;
        const error = new DocketError('DOCKET_PRODUCE', 'the broker did not take the records', { kind: 'retriable', cause });
        for (const waiting of batch) waiting.reject(error);
        await broken?.disconnect().catch(() => undefined);
      }
    }
    this.#flushing = undefined;
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      bytes += waiting.bytes;
      if (count > 0 && bytes > MAX_BATCH_BYTES) break;
      count++;
    }
    return this.#queue.splice(0, count);
  }

  #group(batch: readonly Waiting[]): TopicMessages[] {
    const topics = new Map<string, Message[]>();
    for (const record of batch.flatMap((waiting) => waiting.records)) {
      const name = this.names.toCluster(record.topic);
      const messages = topics.get(name);
      if (messages) messages.push(toMessage(record));
      else topics.set(name, [toMessage(record)]);
    }
    return [...topics].map(([topic, messages]) => ({ topic, messages }));
  }

  async #ready(): Promise<Producer> {
    this.#producer ??= await this.#open();
    return this.#producer;
  }

  async #open(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => ({ partitionMetadata, message }) => {
        if (message.partition !== undefined) return message.partition;
        const key = 'partitionKey' in message ? String(message.partitionKey) : (message.key ?? '');
        return partitionOf(key, partitionMetadata.length);
      },
    });
    await producer.connect();
    return producer;
  }
}

/** kafkajs never splits a send, so a large one is cut here; a record above the bound goes alone. */
function chunks(records: readonly OutputRecord[]): OutputRecord[][] {
  const result: OutputRecord[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const record of records) {
    bytes += sizeOf(record);
    if (bytes > MAX_BATCH_BYTES) {
      result.push([]);
      bytes = sizeOf(record);
    }
    result.at(-1)?.push(record);
  }
  return result;
}

async function within(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([work, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
  clearTimeout(timer);
}

function toMessage(record: OutputRecord): Message & { partitionKey?: string } {
  return {
    key: record.key,
    value: record.value,
    headers: { ...record.headers },
    ...(record.partition !== undefined && { partition: record.partition }),
    ...(record.partitionKey !== undefined && { partitionKey: record.partitionKey }),
  };
}

function sizeOf(record: OutputRecord): number {
  return (record.value?.length ?? 0) + record.key.length + 512;
}
