import { DocketError } from '@docket/contracts';
import type { OutputRecord } from '@docket/stage';
import type { Kafka } from 'kafkajs';
import type { TopicNames } from '../topic-names.js';
import { commitFailure } from './commit-failure.js';
import { Coordinators } from './coordinators.js';
import { groupByPartition, type PartitionGroup } from './partition-groups.js';
import { openCluster, type Cluster } from './producer-cluster.js';
import { ProducerSession } from './producer-session.js';

/** A broker that is away must not keep a process from ending. */
const CLOSE_MS = 3_000;

export interface TransactionWriterOptions {
  /** Made without `endless`. It gives settings only: the writer has connections and metadata of its own. */
  readonly kafka: Kafka;
  readonly names: TopicNames;
  /** Group whose offsets are committed, cluster name. */
  readonly groupId: string;
  /** Without `-a` and `-b`, cluster name, e.g. `docket-executor-3`. */
  readonly transactionalId: string;
  /** Partition whose offsets are committed. */
  readonly partition: number;
  /** Partition count of a catalogue topic. */
  readonly partitionsOf: (topic: string) => number;
  /** The broker ends a transaction that is open for longer, milliseconds. Default 10,000. */
  readonly transactionTimeoutMs?: number;
}

/** What becomes visible at once. */
export interface Transaction {
  readonly records: readonly OutputRecord[];
  /** Catalogue topic -> next offset to read, all of the writer's partition. */
  readonly offsets: ReadonlyMap<string, bigint>;
}

/**
 * Writes records and commits offsets in one transaction. Two producers take turns: the broker refuses a transaction
 * of a producer while it still writes the markers of its last one. It speaks Kafka's protocol itself, over kafkajs's
 * connections: kafkajs's producer makes nine requests, one after the other, where five do that go out in three steps
 * (it looks a coordinator up before each), and encodes and copies a record at many times the cost.
 */
export class TransactionWriter {
  readonly #cluster: Cluster;
  readonly #sessions: readonly [a: ProducerSession, b: ProducerSession];
  #turn: 'a' | 'b' = 'a';
  readonly #topics = new Set<string>();
  #busy = false;
  #failed: DocketError | undefined = new DocketError('DOCKET_COMMIT', 'fence() comes first', { kind: 'retriable' });

  constructor(private readonly options: TransactionWriterOptions) {
    this.#cluster = openCluster(options.kafka);
    const coordinators = new Coordinators(this.#cluster);
    const session = (name: string) =>
      new ProducerSession(`${options.transactionalId}-${name}`, this.#cluster, coordinators, options.transactionTimeoutMs ?? 10_000);
    this.#sessions = [session('a'), session('b')];
  }

  /**
   * Connects, and fences every earlier holder of both ids: their open transactions are aborted. Of writers that fence
   * at the same time each may end up with one id; but all begin with `a`, so only one of them ever commits.
   * Throws DOCKET_COMMIT.
   */
  async fence(): Promise<void> {
    try {
      await this.#cluster.connect();
      await this.#cluster.refreshMetadata();
      await Promise.all(this.#sessions.map((session) => session.init()));
      this.#turn = 'a';
      this.#failed = undefined;
    } catch (cause) {
      throw commitFailure(cause);
    }
  }

  /**
   * Resolves when the broker has acknowledged the end of the transaction; one at a time. After a rejection its outcome
   * is unknown and the writer unusable. Throws DOCKET_FENCED, DOCKET_COMMIT.
   */
  async commit(transaction: Transaction): Promise<void> {
    if (this.#failed) throw this.#failed;
    if (this.#busy) throw new DocketError('DOCKET_COMMIT', 'one commit at a time');
    this.#busy = true;
    try {
      await this.#write(transaction);
    } catch (cause) {
      this.#failed = commitFailure(cause);
      throw this.#failed;
    } finally {
      this.#busy = false;
    }
  }

  /** Never throws; waits up to three seconds. */
  async close(): Promise<void> {
    this.#failed ??= new DocketError('DOCKET_COMMIT', 'the writer was closed', { kind: 'retriable' });
    let timer: NodeJS.Timeout | undefined;
    const closed = this.#cluster.disconnect().catch(() => undefined);
    await Promise.race([closed, new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_MS)))]);
    clearTimeout(timer);
  }

  async #write({ records, offsets }: Transaction): Promise<void> {
    const { names, partitionsOf } = this.options;
    const groups = groupByPartition(records, names, partitionsOf);
    if (groups.length === 0 && offsets.size === 0) return;
    await this.#knowTopics(groups);
    const [a, b] = this.#sessions;
    const session = this.#turn === 'a' ? a : b;
    this.#turn = this.#turn === 'a' ? 'b' : 'a';
    await Promise.all([this.#writeRecords(session, groups), this.#writeOffsets(session, offsets)]);
    await session.end();
  }

  async #writeRecords(session: ProducerSession, groups: readonly PartitionGroup[]): Promise<void> {
    if (groups.length === 0) return;
    const leaders = this.#byLeader(groups);
    const added = session.addPartitions(groups);
    await Promise.all([added, ...[...leaders].map(([nodeId, led]) => session.produce(nodeId, led, added))]);
  }

  async #writeOffsets(session: ProducerSession, offsets: ReadonlyMap<string, bigint>): Promise<void> {
    if (offsets.size === 0) return;
    const { names, groupId, partition } = this.options;
    await session.addGroup(groupId);
    await session.commitOffsets({ groupId, partition, offsets: [...offsets].map(([topic, offset]) => [names.toCluster(topic), offset]) });
  }

  async #knowTopics(groups: readonly PartitionGroup[]): Promise<void> {
    const unknown = groups.filter(({ topic }) => !this.#topics.has(topic)).map(({ topic }) => topic);
    if (unknown.length === 0) return this.#cluster.refreshMetadataIfNecessary();
    await this.#cluster.addMultipleTargetTopics(unknown);
    for (const topic of unknown) this.#topics.add(topic);
  }

  #byLeader(groups: readonly PartitionGroup[]): Map<number, PartitionGroup[]> {
    const leaders = new Map<number, PartitionGroup[]>();
    for (const group of groups) {
      const leader = this.#cluster.findTopicPartitionMetadata(group.topic).find(({ partitionId }) => partitionId === group.partition)?.leader;
      if (leader === undefined) throw new Error(`${group.topic} has no partition ${group.partition}`);
      const led = leaders.get(leader);
      if (led) led.push(group);
      else leaders.set(leader, [group]);
    }
    return leaders;
  }
}
