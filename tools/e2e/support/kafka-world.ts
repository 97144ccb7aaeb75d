import { randomUUID } from 'node:crypto';
import { laneTopic, ownTopics, stageSpec, systemClock, type StageSpec } from '@docket/contracts';
import { emit, silentObserver, type MembershipPort, type Stage } from '@docket/stage';
import { applyTopics, createKafka, readTopics, RecordWriter, StageConsumer, TopicNames } from '@docket/stage-kafka';
import { PARTITIONS, type BehaviourWorld, type DrivenGroup, type Member } from '@docket/testing/behaviour';

const nothing = () => undefined;
const quiet = { info: nothing, warn: nothing, error: nothing };

/** Apache Kafka behind the parts of a StageConsumer, on topics and a group of its own. */
export class KafkaWorld implements BehaviourWorld {
  readonly topics;
  readonly #names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
  readonly #spec: StageSpec = { ...stageSpec('executor'), outputs: ['out'] };
  readonly #consumers = new Set<StageConsumer>();
  readonly #ends: (() => Promise<void>)[] = [];
  readonly #writer: RecordWriter;
  readonly #critical: Error[] = [];

  private constructor(private readonly brokers: readonly string[]) {
    const { retry, ledger, parked } = ownTopics(this.#spec);
    this.topics = { input: this.#spec.input, retry: retry[0] ?? '', ledger, probe: parked, out: 'out' };
    this.#writer = new RecordWriter(this.#kafka('writer'), this.#names);
  }

  static async open(brokers: readonly string[]): Promise<KafkaWorld> {
    const world = new KafkaWorld(brokers);
    const { retry, dlq, parked, ledger, attempts = '' } = ownTopics(world.#spec);
    const topics = [world.#spec.input, ...retry, dlq, parked, ledger, attempts, 'out', ...(['outcomes', 'errors', 'control.commands'] as const).map((name) => laneTopic('standard', name))];
    const config = { 'cleanup.policy': 'delete' };
    await applyTopics(world.#kafka('admin'), world.#names, topics.map((name) => ({ name, partitions: PARTITIONS, key: '', writers: [], readers: [], config })), 1);
    await world.#writer.connect();
    return world;
  }

  async join(group: DrivenGroup): Promise<Member> {
    const stage: Stage = {
      spec: this.#spec, decode: () => ({ identity: { correlationId: '', batchTraceId: '', digest: '' }, data: undefined }), handle: () => Promise.resolve(emit()),
      policy: {
        concurrency: 1, windowRecords: 1, windowBytes: 1, handlerDeadlineMs: 1, retryDelaysMs: [1], maxAttempts: 1, maxHeld: 1, dedupeWindowMs: 1,
        deadLetterLimit: { of: 1, most: 1 }, acceptGaps: false,
      },
    };
    let port: MembershipPort | undefined;
    const consumer = new StageConsumer({
      client: (clientId) => createKafka({ brokers: this.brokers, clientId, log: quiet }),
      names: this.#names, stage, instance: randomUUID().slice(0, 8), audit: () => Promise.resolve(), write: (records) => this.#writer.write(records),
      clock: systemClock, log: quiet, observer: silentObserver, onJoin: nothing,
      onCritical: (error) => this.#critical.push(error),
      makeGroup: (options) => {
        port = options.port;
        return {
          tasks: [], healthy: true, command: nothing, lost: nothing, stop: () => Promise.resolve(),
          beforeJoin: () => group.beforeJoin(),
          assigned: (partitions, joined) => group.assigned(partitions, joined),
          accept: (topic, partition, records, next) => group.accept(topic, partition, records, next),
          claims: () => group.claims(),
        };
      },
    });
    this.#consumers.add(consumer);
    await consumer.start();
    const membership = port;
    if (!membership) throw new Error('the consumer made no group');
    return {
      open: (partition) => {
        const opened = membership.open(partition);
        this.#ends.push(() => opened.close());
        return opened;
      },
      heartbeatAfter: (time) => membership.heartbeatAfter(time),
      leave: () => this.#leave(consumer),
    };
  }

  append(topic: string, partition: number, values: readonly string[]): Promise<void> {
    return this.#writer.write(values.map((value) => ({ topic, partition, key: 'k', value: Buffer.from(value), headers: {} })));
  }

  async abandon(partition: number, topic: string, value: string): Promise<void> {
    const id = `${this.#names.group(this.#spec.name)}-${partition}-a`;
    const producer = this.#kafka('abandoned').producer({ transactionalId: id, transactionTimeout: 60_000, idempotent: true });
    await producer.connect();
    const transaction = await producer.transaction();
    await transaction.send({ topic: this.#names.toCluster(topic), messages: [{ partition, value }] });
    await producer.disconnect();
  }

  async read(topic: string, partition: number): Promise<string[]> {
    const values: string[] = [];
    await readTopics(this.#kafka('reader'), this.#names, [topic], (record) => {
      if (record.partition === partition) values.push(String(record.value));
    });
    return values;
  }

  now(): number {
    return systemClock.now();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => this.#leave(consumer)));
    await Promise.all(this.#ends.map((end) => end()));
    await this.#writer.close();
    if (this.#critical.length > 0) throw new Error('a consumer stopped', { cause: this.#critical[0] });
  }

  async #leave(consumer: StageConsumer): Promise<void> {
    if (this.#consumers.delete(consumer)) await consumer.stop(0);
  }

  #kafka(role: string) {
    return createKafka({ brokers: this.brokers, clientId: `${this.#names.prefix}${role}`, log: quiet, endless: role === 'writer' });
  }
}
