import type { OutputRecord, SourceBounds, StepRecord, TaskPort, Transaction } from '@docket/stage';
import type { Consumer } from 'kafkajs';
import type { GroupBounds } from './group-bounds.js';
import type { TopicNames } from './topic-names.js';
import type { TransactionWriter } from './transactions/transaction-writer.js';

export interface TaskBrokerOptions {
  readonly partition: number;
  readonly consumer: Consumer;
  readonly bounds: GroupBounds;
  readonly names: TopicNames;
  /** Every topic that the task may read. */
  readonly topics: readonly string[];
  readonly writer: TransactionWriter;
  readonly audit: (steps: readonly StepRecord[]) => Promise<void>;
  readonly write: (records: readonly OutputRecord[]) => Promise<void>;
  readonly leaseUntil: () => number;
}

/** TaskPort over Kafka, for one life of one task. */
export class TaskBroker implements TaskPort {
  readonly #options: TaskBrokerOptions;
  /** By topic: the offset that is expected next, once it was sought. */
  readonly #expected = new Map<string, bigint>();
  readonly #soughtAgain = new Set<string>();

  constructor(options: TaskBrokerOptions) {
    this.#options = options;
    for (const topic of options.topics) this.pause(topic);
  }

  fence(): Promise<void> {
    return this.#options.writer.fence();
  }

  commit(transaction: Transaction): Promise<void> {
    return this.#options.writer.commit(transaction);
  }

  bounds(topics: readonly string[]): Promise<ReadonlyMap<string, SourceBounds>> {
    return this.#options.bounds.of(this.#options.partition, topics);
  }

  seek(topic: string, offset: bigint): void {
    const { consumer, names, partition } = this.#options;
    this.#expected.set(topic, offset);
    this.#soughtAgain.delete(topic);
    whileItRuns(() => consumer.seek({ topic: names.toCluster(topic), partition, offset: String(offset) }));
  }

  pause(topic: string): void {
    whileItRuns(() => this.#options.consumer.pause([this.#place(topic)]));
  }

  resume(topic: string): void {
    whileItRuns(() => this.#options.consumer.resume([this.#place(topic)]));
  }

  audit(steps: readonly StepRecord[]): Promise<void> {
    return this.#options.audit(steps);
  }

  write(records: readonly OutputRecord[]): Promise<void> {
    return this.#options.write(records);
  }

  leaseUntil(): number {
    return this.#options.leaseUntil();
  }

  close(): Promise<void> {
    return this.#options.writer.close();
  }

  /**
   * Whether what a fetch brought from this offset on (undefined: not known), up to `next`, is to be taken; a stale one was
   * asked for before a seek. Where it starts elsewhere than expected, that is sought once more, since a fetch from a broker
   * that lost the partition may have been under way; the second time the records are gone, and kafkajs has passed over them
   * without a word.
   */
  take(topic: string, from: bigint | undefined, next: bigint): 'taken' | 'stale' | 'lost' {
    const expected = this.#expected.get(topic);
    if (expected === undefined) return 'stale';
    if (from !== undefined && from !== expected) {
      if (this.#soughtAgain.has(topic)) return 'lost';
      this.seek(topic, expected);
      this.#soughtAgain.add(topic);
      return 'stale';
    }
    this.#soughtAgain.delete(topic);
    this.#expected.set(topic, next);
    return 'taken';
  }

  #place(topic: string): { topic: string; partitions: number[] } {
    return { topic: this.#options.names.toCluster(topic), partitions: [this.#options.partition] };
  }
}

/** Between a crash and its restart kafkajs's consumer refuses all of them. It comes back as a new member, whose tasks open afresh. */
function whileItRuns(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Consumer group was not initialized'))) throw error;
  }
}
