import kafkajs, { type Consumer, type EachMessagePayload } from 'kafkajs';

/** Marks the record behind which a run wrote nothing more. */
export const END_HEADER = 'docket-chaos-end';

export interface ReadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly value: Buffer | null;
  /** CloudEvents id. */
  readonly id: string | undefined;
}

export interface IndependentReaderOptions {
  readonly brokers: readonly string[];
  readonly topics: readonly string[];
  /** Of the consumer group: a new one for each pass. */
  readonly groupId: string;
  /** Of each topic. */
  readonly partitions: number;
  /** Once for each record, in the order of its partition. */
  readonly onRecord: (record: ReadRecord) => void;
}

/**
 * Reads topics as any downstream program would: a plain consumer that sees committed transactions only, and shares no code
 * with what it checks but the mend of kafkajs that keeps aborted records from being shown (mendAbortedRecords, by createKafka).
 */
export class IndependentReader {
  /** Resolves when the end mark of every partition was read. */
  readonly ended: Promise<void>;
  readonly #options: IndependentReaderOptions;
  readonly #consumer: Consumer;
  /** By topic and partition: the last offset that was passed on; after a rejoin records may be delivered again. */
  readonly #last = new Map<string, bigint>();
  readonly #endedPartitions = new Set<string>();
  #resolve: () => void = () => undefined;

  constructor(options: IndependentReaderOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    const kafka = new kafkajs.Kafka({
      clientId: options.groupId,
      brokers: [...options.brokers],
      connectionTimeout: 5_000,
      retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 1_000 },
      logLevel: kafkajs.logLevel.NOTHING,
    });
    this.#consumer = kafka.consumer({
      groupId: options.groupId,
      readUncommitted: false,
      allowAutoTopicCreation: false,
      // After a crash it is held up by its own former membership for so long; the broker takes no less.
      sessionTimeout: 6_000,
      rebalanceTimeout: 6_000,
      heartbeatInterval: 1_000,
      maxWaitTimeInMs: 500,
      retry: { initialRetryTime: 200, maxRetryTime: 2_000, retries: 1_000, restartOnFailure: () => Promise.resolve(true) },
    });
  }

  /** Begins at each topic's first record. */
  async start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [...this.#options.topics], fromBeginning: true });
    await this.#consumer.run({
      eachMessage: (payload) => {
        this.#take(payload);
        return Promise.resolve();
      },
    });
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }

  #take({ topic, partition, message }: EachMessagePayload): void {
    const place = `${topic}/${partition}`;
    const offset = BigInt(message.offset);
    if (offset <= (this.#last.get(place) ?? -1n)) return;
    this.#last.set(place, offset);
    if (message.headers?.[END_HEADER] === undefined) {
      this.#options.onRecord({ topic, partition, offset: message.offset, value: message.value, id: message.headers?.['ce_id']?.toString() });
      return;
    }
    this.#endedPartitions.add(place);
    if (this.#endedPartitions.size === this.#options.partitions * this.#options.topics.length) this.#resolve();
  }
}
