import { randomUUID } from 'node:crypto';
import { DocketError, laneTopic, ownTopics, type Clock } from '@docket/contracts';
import {
  TaskGroup, type LoadProbe, type OutputRecord, type Stage, type StageLog, type StageObserver, type StepRecord, type TaskGroupOptions,
} from '@docket/stage';
import type { Batch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { GroupBounds } from './group-bounds.js';
import { GROUP_SETTINGS } from './group-settings.js';
import { docketAssigner } from './membership/docket-assigner.js';
import { HeartbeatLease } from './membership/heartbeat-lease.js';
import { PartitionCounts } from './partition-counts.js';
import { toInputRecord } from './record-codec.js';
import { TaskBroker } from './task-broker.js';
import { TransactionWriter } from './transactions/transaction-writer.js';
import type { TopicNames } from './topic-names.js';

/** Clocks that run apart, and the time between a lease's end and a call's start. */
const LEASE_MARGIN_MS = 1_000;

/** kafkajs's batch knows from which offset it was fetched; its types do not. */
type FetchedBatch = Batch & { readonly fetchedOffset: string };
/** What its END_BATCH_PROCESS tells. */
interface BatchEnd {
  readonly partition: number;
  readonly batchSize: number;
  /** Of a record or marker; null where compaction left none. */
  readonly firstOffset: string | null;
  readonly lastOffset: string;
}

/** Leaving the group asks the broker. */
const LEAVE_MS = 3_000;

/** What a consumer drives: the tasks of a stage. */
export type StageGroup = Pick<TaskGroup, 'tasks' | 'beforeJoin' | 'assigned' | 'accept' | 'lost' | 'healthy' | 'claims' | 'command' | 'stop'>;

export interface StageConsumerOptions {
  /** A client of its own for each role: kafkajs keeps one map of committed offsets per client. */
  readonly client: (clientId: string) => Kafka;
  readonly names: TopicNames;
  /** Stable name of this instance; members of the group that bear it are its own. */
  readonly instance: string;
  readonly stage: Stage;
  readonly audit: (steps: readonly StepRecord[]) => Promise<void>;
  readonly write: (records: readonly OutputRecord[]) => Promise<void>;
  readonly clock: Clock;
  readonly log: StageLog;
  readonly observer: StageObserver;
  readonly probe?: LoadProbe;
  readonly sessionTimeoutMs?: number;
  /** Default: a TaskGroup. The behaviour suite brings a group of its own, to try the ports by themselves. */
  readonly makeGroup?: (options: TaskGroupOptions) => StageGroup;
  readonly onJoin: (group: string) => void;
  /** The stage can go no further: a bug, a bad setting or a damaged ledger, never bad input. */
  readonly onCritical: (error: Error) => void;
}

/**
 * Runs a stage on the partitions that the group gives this instance: wires a TaskGroup to kafkajs. The fetch loop only hands
 * records over; it never waits for a handler, so it keeps its heartbeat.
 */
export class StageConsumer {
  readonly #options: StageConsumerOptions;
  readonly #groupId: string;
  readonly #topics: readonly string[];
  readonly #compacted: readonly string[];
  readonly #kafka: Kafka;
  readonly #consumer: Consumer;
  readonly #lease: HeartbeatLease;
  readonly #bounds: GroupBounds;
  readonly #group: StageGroup;
  readonly #brokers = new Map<number, TaskBroker>();
  #counts: PartitionCounts | undefined;
  #producers: Kafka | undefined;
  #memberId: string | undefined;
  #joined = false;
  #stopping = false;

  constructor(options: StageConsumerOptions) {
    this.#options = options;
    const { names, stage, instance, clock, log, observer, probe, client, onCritical, makeGroup = (group) => new TaskGroup(group) } = options;
    const sessionTimeout = options.sessionTimeoutMs ?? GROUP_SETTINGS.sessionTimeout;
    this.#groupId = names.group(stage.spec.name);
    const { retry, dlq, parked, ledger, attempts } = ownTopics(stage.spec);
    const kept = attempts === undefined ? [] : [attempts];
    this.#topics = [stage.spec.input, ...retry, dlq, parked, ledger, ...kept];
    this.#compacted = [...kept, ...(stage.spec.compactedInput ? [stage.spec.input] : [])];
    const clientId = `${this.#groupId}-${instance}`;
    this.#kafka = client(clientId);
    this.#group = makeGroup({
      stage, clock, log, observer, onCritical,
      ...(probe && { probe }),
      random: Math.random,
      nonce: randomUUID,
      defer: setImmediate,
      port: { open: (partition) => this.#open(partition), heartbeatAfter: (time) => this.#lease.sentAfter(time) },
    });
    this.#consumer = this.#kafka.consumer({
      groupId: this.#groupId,
      ...GROUP_SETTINGS,
      sessionTimeout,
      partitionAssigners: [docketAssigner({
        instance: clientId, bootAt: clock.now(), log,
        claims: () => this.#group.claims(),
        beforeJoin: () => this.#group.beforeJoin(),
      })],
    });
    this.#bounds = new GroupBounds(this.#kafka, names, this.#groupId, this.#topics);
    this.#lease = new HeartbeatLease(this.#consumer, { sessionTimeoutMs: sessionTimeout, marginMs: LEASE_MARGIN_MS, clock });
  }

  get joined(): boolean {
    return this.#joined;
  }

  get name(): string {
    return this.#options.stage.spec.name;
  }

  get input(): string {
    return this.#options.stage.spec.input;
  }

  /** As the brokers know it. */
  get groupId(): string {
    return this.#groupId;
  }

  /** False where a partition fails again and again without a commit. */
  get healthy(): boolean {
    return this.#group.healthy;
  }

  /** For health and metrics. */
  get tasks(): TaskGroup['tasks'] {
    return this.#group.tasks;
  }

  async start(): Promise<void> {
    const { names, stage, client, instance } = this.#options;
    const { spec } = stage;
    this.#counts = await PartitionCounts.read(this.#kafka, names, [
      ...new Set([...this.#topics, ...spec.outputs, ...(['outcomes', 'errors', 'control.commands'] as const).map((name) => laneTopic(spec.lane, name))]),
    ]);
    this.#producers = client(`${this.#groupId}-${instance}-producer`);
    const { GROUP_JOIN, REBALANCING, CRASH, END_BATCH_PROCESS } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#assigned(payload.memberId, payload.memberAssignment[names.toCluster(spec.input)] ?? []));
    // A batch without a record for us never reaches eachBatch.
    this.#consumer.on(END_BATCH_PROCESS, ({ payload }) => this.#withoutRecords(names.fromCluster(payload.topic), payload));
    this.#consumer.on(REBALANCING, () => (this.#joined = false));
    this.#consumer.on(CRASH, ({ payload }) => {
      this.#joined = false;
      if (!payload.restart && !this.#stopping) this.#options.onCritical(payload.error);
    });
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topics: this.#topics.map((topic) => names.toCluster(topic)), fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: (payload) => {
        this.#each(payload);
        return Promise.resolve();
      },
    });
  }

  /** A record of control.commands. */
  command(key: string, value: Buffer | null): void {
    this.#group.command(key, value);
  }

  /**
   * Finishes and commits what is under way, up to `drainMs`, then leaves the group, whether or not all has settled: a broker
   * that is away is waited for no longer than three seconds.
   */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    await this.#group.stop(drainMs);
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => (cancel = this.#options.clock.schedule(LEAVE_MS, resolve)));
    const left = this.#consumer.disconnect().then(() => this.#bounds.close());
    left.catch(() => undefined);
    await Promise.race([late, left]);
    cancel();
  }

  /** Nothing may escape here: kafkajs would stop for good. */
  #assigned(memberId: string, partitions: readonly number[]): void {
    try {
      const newMember = memberId !== this.#memberId;
      this.#memberId = memberId;
      this.#joined = true;
      this.#options.onJoin(this.#groupId);
      for (const partition of this.#brokers.keys()) {
        if (!partitions.includes(partition)) this.#brokers.delete(partition);
      }
      this.#group.assigned(partitions, { newMember });
    } catch (cause) {
      this.#options.onCritical(new DocketError('DOCKET_STAGE_BUG', 'an assignment could not be taken up', { cause }));
    }
  }

  #each(payload: EachBatchPayload): void {
    try {
      if (payload.isStale()) return;
      const batch = payload.batch as FetchedBatch;
      const topic = this.#options.names.fromCluster(batch.topic);
      const last = batch.lastOffset();
      const next = BigInt(last) + 1n;
      const verdict = this.#brokers.get(batch.partition)?.take(topic, BigInt(batch.fetchedOffset), next);
      if (verdict === 'lost') this.#group.lost(topic, batch.partition);
      if (verdict !== 'taken') return;
      payload.resolveOffset(last);
      this.#group.accept(topic, batch.partition, batch.messages.map((message) => toInputRecord(topic, batch.partition, message)), next);
    } catch (cause) {
      this.#options.onCritical(new DocketError('DOCKET_STAGE_BUG', 'a batch could not be taken', { cause }));
    }
  }

  /** Markers and aborted records alone. kafkajs does not say from where they were fetched; but only compaction leaves offsets out. */
  #withoutRecords(topic: string, { partition, batchSize, firstOffset, lastOffset }: BatchEnd): void {
    if (batchSize > 0) return;
    try {
      const next = BigInt(lastOffset) + 1n;
      const from = firstOffset === null || this.#compacted.includes(topic) ? undefined : BigInt(firstOffset);
      const verdict = this.#brokers.get(partition)?.take(topic, from, next);
      if (verdict === 'lost') this.#group.lost(topic, partition);
      if (verdict === 'taken') this.#group.accept(topic, partition, [], next);
    } catch (cause) {
      this.#options.onCritical(new DocketError('DOCKET_STAGE_BUG', 'the end of a batch could not be taken', { cause }));
    }
  }

  #open(partition: number): TaskBroker {
    const { names, audit, write } = this.#options;
    const counts = this.#counts;
    if (!this.#producers || !counts) throw new Error('start() comes first');
    const broker = new TaskBroker({
      partition, names, audit, write,
      consumer: this.#consumer,
      topics: this.#topics,
      bounds: this.#bounds,
      leaseUntil: () => this.#lease.until(),
      writer: new TransactionWriter({
        kafka: this.#producers, names, groupId: this.#groupId, partition, transactionalId: `${this.#groupId}-${partition}`,
        partitionsOf: (topic) => counts.of(topic),
      }),
    });
    this.#brokers.set(partition, broker);
    return broker;
  }
}
