import { ManualClock, stageSpec } from '@docket/contracts';
import { silentObserver, type InputRecord, type Stage } from '@docket/stage';
import { Kafka, logLevel, type Consumer, type ConsumerConfig, type ConsumerRunConfig, type ConsumerSubscribeTopics, type EachBatchPayload } from 'kafkajs';
import { beforeEach, expect, it, vi } from 'vitest';
import { BatchConsumer } from '../batch-consumer.js';
import { StageConsumer, type StageGroup } from '../stage-consumer.js';
import { TopicNames } from '../topic-names.js';
import { openCluster, type Cluster } from '../transactions/producer-cluster.js';

vi.mock('../transactions/producer-cluster.js', () => ({ openCluster: vi.fn() }));

/** What the consumers hand to kafkajs, and what they let escape to it. */
const nothing = () => undefined;
const quiet = { info: nothing, warn: nothing, error: nothing };
const { events } = new Kafka({ brokers: ['127.0.0.1:1'], logLevel: logLevel.NOTHING }).consumer({ groupId: 'g' });
const names = new TopicNames();
const spec = stageSpec('executor');

const calls = { commitOffsets: vi.fn(), disconnect: vi.fn<() => Promise<void>>(), pause: vi.fn(), resolveOffset: vi.fn(), seek: vi.fn(), critical: vi.fn<(error: Error) => void>() };
const listeners = new Map<string, (event: { payload: object }) => void>();
const clientIds: string[] = [];
const consumers: { readonly clientId: string; readonly config: ConsumerConfig }[] = [];
let subscription: ConsumerSubscribeTopics | undefined;
let run: ConsumerRunConfig | undefined;

beforeEach(() => {
  vi.resetAllMocks();
  calls.disconnect.mockResolvedValue();
  vi.mocked(openCluster).mockReturnValue({} as Cluster);
  listeners.clear();
  clientIds.length = consumers.length = 0;
});

function client(clientId: string): Kafka {
  clientIds.push(clientId);
  const consumer = {
    events, commitOffsets: calls.commitOffsets, disconnect: calls.disconnect, connect: () => Promise.resolve(), seek: calls.seek, pause: calls.pause, resume: nothing,
    on: (name: string, listener: (event: { payload: object }) => void) => listeners.set(name, listener),
    subscribe: (topics: ConsumerSubscribeTopics) => Promise.resolve(void (subscription = topics)),
    run: (config: ConsumerRunConfig) => Promise.resolve(void (run = config)),
  };
  const admin = {
    connect: () => Promise.resolve(), disconnect: () => Promise.resolve(),
    fetchTopicMetadata: ({ topics }: { topics: string[] }) => Promise.resolve({ topics: topics.map((name) => ({ name, partitions: [{}] })) }),
  };
  const stub = {
    admin: () => admin,
    consumer: (config: ConsumerConfig) => {
      consumers.push({ clientId, config });
      return consumer as unknown as Consumer;
    },
  };
  return stub as unknown as Kafka;
}

/** A stage whose group of tasks is this one. */
async function startStage(group: Partial<StageGroup> = {}, of = spec, clock = new ManualClock()): Promise<StageConsumer> {
  const policy = {
    concurrency: 1, windowRecords: 1, windowBytes: 1, handlerDeadlineMs: 1, retryDelaysMs: [1], maxAttempts: 1, maxHeld: 1, dedupeWindowMs: 1,
    deadLetterLimit: { of: 1, most: 1 }, acceptGaps: false,
  };
  const stage: Stage = { spec: of, policy, decode: () => { throw new Error('not called'); }, handle: () => Promise.reject(new Error('not called')) };
  const consumer = new StageConsumer({
    client, names, stage, instance: 'i', audit: () => Promise.resolve(), write: () => Promise.resolve(), clock, log: quiet,
    observer: silentObserver, onJoin: nothing, onCritical: calls.critical,
    makeGroup: ({ port }) => ({
      tasks: [], healthy: true, command: nothing, lost: nothing, accept: nothing, claims: () => [], stop: () => Promise.resolve(), beforeJoin: () => Promise.resolve(),
      assigned: (partitions) => {
        for (const partition of partitions) port.open(partition).seek(of.input, 0n);
      },
      ...group,
    }),
  });
  await consumer.start();
  return consumer;
}

function tell(name: keyof Consumer['events'], payload: object): void {
  listeners.get(events[name])?.({ payload });
}

const assign = () => tell('GROUP_JOIN', { memberId: 'm', memberAssignment: { [spec.input]: [0] } });

const batch = (...values: string[]) => batchFrom(0, ...values);

/** A fetch that brought nothing but the end of a transaction. */
const marker = (offset: number) => tell('END_BATCH_PROCESS', { topic: spec.input, partition: 0, batchSize: 0, firstOffset: String(offset), lastOffset: String(offset) });

/** A batch that was fetched from this offset on. */
function batchFrom(from: number, ...values: string[]): EachBatchPayload {
  const messages = values.map((value, index) => ({ key: null, value: Buffer.from(value), offset: String(from + index), timestamp: '1', attributes: 0, headers: {} }));
  return {
    batch: { topic: spec.input, partition: 0, messages, fetchedOffset: String(from), lastOffset: () => String(from + values.length - 1) },
    resolveOffset: calls.resolveOffset, heartbeat: () => Promise.resolve(), isRunning: () => true, isStale: () => false,
  } as unknown as EachBatchPayload;
}

it('pitfall 2: nothing that goes wrong with a batch escapes to kafkajs; it ends the process instead', async () => {
  await startStage({ accept: () => { throw new SyntaxError('not JSON'); } });
  assign();
  await expect(run?.eachBatch?.(batch('1'))).resolves.toBeUndefined();
  expect(calls.critical).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'DOCKET_STAGE_BUG' }));
});

it('pitfall 2: nor does what goes wrong in a join, or behind the end of a batch', async () => {
  const fail = () => { throw new TypeError('bug'); };
  await startStage({ assigned: fail });
  assign();
  expect(calls.critical).toHaveBeenCalledOnce();
  await startStage({ accept: fail });
  assign();
  marker(0);
  expect(calls.critical).toHaveBeenCalledTimes(2);
});

it('pitfall 2: a consumer that died for good ends the process, one that restarts does not', async () => {
  await startStage();
  tell('CRASH', { error: new Error('passes'), restart: true });
  expect(calls.critical).not.toHaveBeenCalled();
  const error = new Error('for good');
  tell('CRASH', { error, restart: false });
  expect(calls.critical).toHaveBeenCalledExactlyOnceWith(error);
});

it('pitfall 2: a crash while it stops is no failure', async () => {
  const stage = await startStage();
  await stage.stop(0);
  tell('CRASH', { error: new Error('closed'), restart: false });
  expect(calls.critical).not.toHaveBeenCalled();
});

it('pitfall 3: a batch that fails is repeated by us, and kafkajs never hears of it', async () => {
  const clock = new ManualClock();
  const seen: string[] = [];
  const handler = (records: readonly InputRecord[]) => {
    seen.push(records.map(({ value }) => String(value)).join());
    return seen.length < 8 ? Promise.reject(new TypeError('again')) : Promise.resolve();
  };
  const consumer = new BatchConsumer({
    kafka: client('reader'), names, group: 'reader', handlers: new Map([[spec.input, handler]]), clock, log: quiet, onJoin: nothing, onCritical: calls.critical,
  });
  await consumer.start();
  const done = run?.eachBatch?.(batch('1', '2'));
  for (let failures = 1; failures < 8; failures++) {
    await vi.waitUntil(() => clock.pending > 0, { interval: 1 });
    clock.advance(500);
  }
  await done;
  expect(seen).toEqual(Array(8).fill('1,2'));
  expect(calls.critical).not.toHaveBeenCalled();
});

it('pitfall 5: the consumer callback only enqueues, and neither kafkajs nor a timer commits', async () => {
  const accept = vi.fn();
  await startStage({ accept });
  assign();
  expect(run).toMatchObject({ autoCommit: false, eachBatchAutoResolve: false });
  // What was accepted is never done, and the next fetch may begin all the same.
  await run?.eachBatch?.(batch('1', '2'));
  expect(accept).toHaveBeenCalledExactlyOnceWith(spec.input, 0, [expect.objectContaining({ offset: 0n }), expect.objectContaining({ offset: 1n })], 2n);
  expect(calls.resolveOffset).toHaveBeenCalledExactlyOnceWith('1');
});

it('pitfall 7: offsets never go by the consumer', async () => {
  const accept = vi.fn();
  const stage = await startStage({ accept });
  assign();
  await run?.eachBatch?.(batch('1'));
  await stage.stop(0);
  expect(accept).toHaveBeenCalledOnce();
  expect(calls.disconnect).toHaveBeenCalledOnce();
  expect(calls.commitOffsets).not.toHaveBeenCalled();
});

it('pitfall 8: resume and seek wait for a fetch of at most 100 ms', async () => {
  await startStage();
  expect(consumers.map(({ config }) => config.maxWaitTimeInMs)).toEqual([100]);
});

it('pitfall 11: what was never committed is read from its beginning', async () => {
  await startStage();
  expect(subscription?.fromBeginning).toBe(true);
});

it('pitfall 11: where a fetch begins behind what is expected it is sought again; the second time the partition is told so', async () => {
  const [accept, lost] = [vi.fn(), vi.fn()];
  await startStage({ accept, lost });
  assign();
  await run?.eachBatch?.(batch('0', '1'));
  calls.seek.mockClear();
  const arrives = async (from: number) => run?.eachBatch?.(batchFrom(from, 'x'));
  await arrives(300);
  expect(calls.seek).toHaveBeenCalledExactlyOnceWith({ topic: spec.input, partition: 0, offset: '2' });
  expect(lost).not.toHaveBeenCalled();
  await arrives(300);
  expect(lost).toHaveBeenCalledExactlyOnceWith(spec.input, 0);
  expect(accept).toHaveBeenCalledOnce();
  expect(calls.resolveOffset).toHaveBeenCalledExactlyOnceWith('1');
  expect(calls.critical).not.toHaveBeenCalled();
});

it('pitfall 11: a fetch that was under way, and then one from where it was sought, lose nothing; each gap counts anew', async () => {
  const [accept, lost] = [vi.fn(), vi.fn()];
  await startStage({ accept, lost });
  assign();
  await run?.eachBatch?.(batchFrom(300, 'x'));
  await run?.eachBatch?.(batchFrom(0, '0', '1'));
  await run?.eachBatch?.(batchFrom(300, 'x'));
  expect(lost).not.toHaveBeenCalled();
  expect(accept).toHaveBeenCalledExactlyOnceWith(spec.input, 0, [expect.objectContaining({ offset: 0n }), expect.objectContaining({ offset: 1n })], 2n);
  await run?.eachBatch?.(batchFrom(2, '2'));
  expect(accept).toHaveBeenCalledTimes(2);
});

it('pitfall 11: markers and aborted records alone are passed over, but not what should stand before them', async () => {
  const [accept, lost] = [vi.fn(), vi.fn()];
  await startStage({ accept, lost });
  assign();
  marker(0);
  expect(accept).toHaveBeenCalledExactlyOnceWith(spec.input, 0, [], 1n);
  marker(7);
  expect(calls.seek).toHaveBeenLastCalledWith({ topic: spec.input, partition: 0, offset: '1' });
  expect(lost).not.toHaveBeenCalled();
  marker(7);
  expect(lost).toHaveBeenCalledExactlyOnceWith(spec.input, 0);
  expect(accept).toHaveBeenCalledOnce();
});

it('pitfall 11: a topic that was made anew is not read from its beginning as if it were the old one', async () => {
  const [accept, lost] = [vi.fn(), vi.fn()];
  await startStage({ accept, lost });
  assign();
  await run?.eachBatch?.(batchFrom(0, '0', '1'));
  await run?.eachBatch?.(batchFrom(0, 'x'));
  expect(calls.seek).toHaveBeenLastCalledWith({ topic: spec.input, partition: 0, offset: '2' });
  await run?.eachBatch?.(batchFrom(0, 'x'));
  expect(lost).toHaveBeenCalledExactlyOnceWith(spec.input, 0);
  expect(accept).toHaveBeenCalledOnce();
});

it('pitfall 11: in a compacted input offsets may be missing', async () => {
  const [accept, lost] = [vi.fn(), vi.fn()];
  await startStage({ accept, lost }, stageSpec('deadlines'));
  tell('GROUP_JOIN', { memberId: 'm', memberAssignment: { 'records.requests': [0] } });
  tell('END_BATCH_PROCESS', { topic: 'records.requests', partition: 0, batchSize: 0, firstOffset: '7', lastOffset: '7' });
  expect(accept).toHaveBeenCalledExactlyOnceWith('records.requests', 0, [], 8n);
  expect(lost).not.toHaveBeenCalled();
});

it('pitfall 25: between a crash and its restart, what is asked of the consumer is no failure', async () => {
  await startStage();
  const refuse = (): never => { throw new Error('Consumer group was not initialized, consumer#run must be called first'); };
  calls.pause.mockImplementation(refuse);
  calls.seek.mockImplementation(refuse);
  assign();
  expect(calls.critical).not.toHaveBeenCalled();
  calls.seek.mockImplementation(() => { throw new Error('Offset must not be a negative number'); });
  assign();
  expect(calls.critical).toHaveBeenCalledOnce();
});

it('pitfall 25: a broker that is away does not keep a stage from ending', async () => {
  const clock = new ManualClock();
  const stage = await startStage({}, spec, clock);
  calls.disconnect.mockReturnValue(new Promise<void>(() => undefined));
  const stopped = stage.stop(0);
  await vi.waitFor(() => expect(calls.disconnect).toHaveBeenCalled());
  clock.advance(3_000);
  await stopped;
});

it('pitfall 15: a topic that is not there is not made up', async () => {
  await startStage();
  expect(consumers[0]?.config.allowAutoTopicCreation).toBe(false);
});

it('pitfall 20: a fetch brings no more than one send may carry', async () => {
  await startStage();
  expect(consumers[0]?.config.maxBytesPerPartition).toBe(512 * 1024);
});

it('pitfall 24: consumer and producers have clients of their own', async () => {
  await startStage();
  expect(clientIds).toEqual(['docket-executor-i', 'docket-executor-i-producer']);
  expect(consumers.map(({ clientId }) => clientId)).toEqual(['docket-executor-i']);
});
