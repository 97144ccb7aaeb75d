import kafkajs, { type Consumer, type EachMessagePayload } from 'kafkajs';

/** Marks the record behind which a run wrote nothing more. */
export const END_HEADER = 'docket-chaos-end';

export interface ReadRecord {
  readonly partition: number;
  readonly offset: string;
  readonly value: Buffer | null;
}

export interface IndependentReaderOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
  /** Of the consumer group: a new one for each pass. */
  readonly groupId: string;
  readonly partitions: number;
  /** Once for each record, in the order of its partition. */
  readonly onRecord: (record: ReadRecord) => void;
}

/**
 * Reads a topic as any downstream program would: a plain consumer that sees committed transactions only, and shares no code
 * with what it checks.
 */
export class IndependentReader {
  /** Resolves when the end mark of every partition was read. */
  readonly ended: Promise<void>;
  readonly #options: IndependentReaderOptions;
  readonly #consumer: Consumer;
  /** By partition: the last offset that was passed on; after a rejoin records may be delivered again. */
  readonly #last = new Map<number, bigint>();
  readonly #endedPartitions = new Set<number>();
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

  /** Begins at the topic's first record. */
  async start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: [this.#options.topic], fromBeginning: true });
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

  #take({ partition, message }: EachMessagePayload): void {
    const offset = BigInt(message.offset);
    if (offset <= (this.#last.get(partition) ?? -1n)) return;
    this.#last.set(partition, offset);
    if (message.headers?.[END_HEADER] === undefined) {
      this.#options.onRecord({ partition, offset: message.offset, value: message.value });
      return;
    }
    this.#endedPartitions.add(partition);
    if (this.#endedPartitions.size === this.#options.partitions) this.#resolve();
  }
}
