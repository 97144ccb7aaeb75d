import { randomUUID } from 'node:crypto';
import { laneTopic, ownTopics, stageSpec, systemClock, type Clock, type Headers, type StageSpec } from '@docket/contracts';
import { emit, silentObserver, type HandlerContext, type HandlerResult, type InputRecord, type Stage, type StagePolicy, type StepRecord } from '@docket/stage';
import { applyTopics, createKafka, readTopics, RecordWriter, StageConsumer, TopicNames, TopicTable, type Kafka } from '@docket/stage-kafka';

const say = (m: string, f?: object) => { if (process.env['DEBUG_STAGE']) console.log(m, f); };
const quiet = { info: say, warn: say, error: say };
const POLICY: StagePolicy = {
  concurrency: 16, windowRecords: 1_000, windowBytes: 8_000_000, handlerDeadlineMs: 30_000, retryDelaysMs: [50, 100, 200, 400, 800], maxAttempts: 4,
  maxHeld: 5_000, dedupeWindowMs: 7 * 86_400_000, deadLetterLimit: { of: 100, most: 50 }, acceptGaps: false,
};

export type Handle = (value: string, context: HandlerContext) => HandlerResult | Promise<HandlerResult>;

/** What an instance has that others have not. */
export interface InstanceOptions {
  readonly clock?: Clock;
  readonly audit?: (steps: readonly StepRecord[]) => Promise<void>;
  readonly groupOf?: (record: InputRecord) => string;
  readonly sessionTimeoutMs?: number;
}

/** A stage on topics of its own, on a real broker; instances of it can be started and stopped. */
export class StageBench {
  readonly names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
  readonly spec: StageSpec;
  readonly steps: StepRecord[] = [];
  readonly critical: Error[] = [];
  /** Joins of the group, by all instances. */
  joins = 0;
  readonly #brokers: readonly string[];
  readonly #writer: RecordWriter;
  readonly #writers: RecordWriter[] = [];
  readonly #tables: TopicTable[] = [];
  readonly #instances: StageConsumer[] = [];

  private constructor(brokers: readonly string[], traits: Partial<StageSpec>) {
    this.#brokers = brokers;
    this.spec = { ...stageSpec('executor'), outputs: ['out'], dedupe: 'origin', ...traits };
    this.#writer = new RecordWriter(this.#kafka('writer'), this.names);
  }

  /** @param traits of the stage; by default a unit is known by the place where it lies */
  static async open(brokers: readonly string[], partitions = 2, traits: Partial<StageSpec> = {}): Promise<StageBench> {
    const bench = new StageBench(brokers, traits);
    const { retry, dlq, parked, ledger, attempts = '' } = ownTopics(bench.spec);
    const topics = [bench.spec.input, ...retry, dlq, parked, ledger, attempts, 'outcomes', 'errors', laneTopic('standard', 'control.commands'), 'audit.log', 'out'];
    const config = { 'cleanup.policy': 'delete' };
    // As compression would, the input lets a record in that no other topic takes.
    const roomy = { ...config, 'max.message.bytes': String(8 * 1024 * 1024) };
    // Kafka asks for no more replicas in sync than a topic has: at first one.
    const configs: Record<string, Record<string, string>> = { [bench.spec.input]: roomy, 'audit.log': { ...config, 'min.insync.replicas': '2' } };
    await applyTopics(
      bench.#kafka('admin'), bench.names, topics.map((name) => ({ name, partitions, key: '', writers: [], readers: [], config: configs[name] ?? config })), 1,
    );
    await bench.#writer.connect();
    return bench;
  }

  /** Sends values under an order key; the record key decides the partition. */
  send(key: string, ...values: string[]): Promise<void> {
    return this.sendWith({}, key, ...values);
  }

  /** The same with further headers. */
  sendWith(more: Headers, key: string, ...values: string[]): Promise<void> {
    return this.#writer.write(
      values.map((value) => ({
        topic: this.spec.input, key, value: Buffer.from(value), headers: { 'docket-order-key': key, ce_id: value.slice(0, 40), ce_source: 'e2e', ...more },
      })),
    );
  }

  async start(handle: Handle, policy: Partial<StagePolicy> = {}, own: InstanceOptions = {}): Promise<StageConsumer> {
    const { clock = systemClock, audit, groupOf, sessionTimeoutMs } = own;
    const stage: Stage = {
      spec: this.spec,
      policy: { ...POLICY, ...policy },
      decode: (record) => {
        const value = record.value?.toString() ?? '';
        const id = value.slice(0, 40);
        return { identity: { correlationId: id, batchTraceId: id, digest: id }, data: value };
      },
      handle: async (data, context) => handle(String(data), context),
      ...(groupOf && { groupOf }),
    };
    const consumer = new StageConsumer({
      client: (clientId) => createKafka({ brokers: this.#brokers, clientId, log: quiet }),
      names: this.names, stage,
      instance: `i${this.#instances.length}-${randomUUID().slice(0, 4)}`,
      audit: (steps) => {
        this.steps.push(...steps);
        return audit ? audit(steps) : Promise.resolve();
      },
      write: (records) => this.#writer.write(records),
      clock,
      log: quiet,
      observer: silentObserver,
      ...(sessionTimeoutMs !== undefined && { sessionTimeoutMs }),
      onJoin: () => this.joins++,
      onCritical: (error) => { say('CRITICAL', error); this.critical.push(error); },
    });
    await consumer.start();
    this.#instances.push(consumer);
    return consumer;
  }

  /** All records of a topic, read apart from the stage. */
  async read(topic: string): Promise<InputRecord[]> {
    const records: InputRecord[] = [];
    await readTopics(this.#kafka('reader'), this.names, [topic], (record) => records.push(record));
    return records;
  }

  /** Values of a topic, partition by partition. */
  async values(topic = 'out'): Promise<string[]> {
    return (await this.read(topic)).map(({ value }) => String(value));
  }

  /** Where the stage's own topics and its group can be tampered with. */
  async admin<T>(use: (admin: ReturnType<Kafka['admin']>) => Promise<T>): Promise<T> {
    const admin = this.#kafka('admin').admin();
    await admin.connect();
    try {
      return await use(admin);
    } finally {
      await admin.disconnect();
    }
  }

  get groupId(): string {
    return this.names.group(this.spec.name);
  }

  /** From now on the instance is told what is on control.commands, from its first record on, as services are. */
  async obey(consumer: StageConsumer): Promise<void> {
    const commands = new TopicTable(
      this.#kafka('commands'), this.names, [laneTopic(this.spec.lane, 'control.commands')],
      ({ key, value }) => consumer.command(key ?? '', value), (error) => this.critical.push(error),
    );
    this.#tables.push(commands);
    await commands.start();
  }

  /** A writer apart from the one that sends. */
  async writer(): Promise<RecordWriter> {
    const writer = new RecordWriter(this.#kafka('writer'), this.names);
    this.#writers.push(writer);
    await writer.connect();
    return writer;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#tables.map((table) => table.stop()), ...this.#instances.map((instance) => instance.stop(2_000))]);
    await Promise.all([this.#writer, ...this.#writers].map((writer) => writer.close()));
  }

  #kafka(role: string) {
    return createKafka({ brokers: this.#brokers, clientId: `${this.names.prefix}${role}`, log: quiet, endless: role === 'writer' });
  }
}

/** A handler's result that writes its input to the topic `out`. */
export function pass(value: string, key: string): HandlerResult {
  return emit([{ topic: 'out', key, type: 'e2e.passed', value: Buffer.from(value) }]);
}

/** Values in the order in which they were written, by key. */
export function byKey(records: readonly InputRecord[]): Map<string, string[]> {
  const result = new Map<string, string[]>();
  for (const record of records) result.set(record.key ?? '', [...(result.get(record.key ?? '') ?? []), record.value?.toString() ?? '']);
  return result;
}
