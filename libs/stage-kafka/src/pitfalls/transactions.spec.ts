import type { OutputRecord } from '@docket/stage';
import type { Kafka } from 'kafkajs';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TopicNames } from '../topic-names.js';
import { openCluster, type Cluster } from '../transactions/producer-cluster.js';
import { ProducerSession } from '../transactions/producer-session.js';
import { TransactionWriter } from '../transactions/transaction-writer.js';

vi.mock('../transactions/producer-cluster.js', () => ({ openCluster: vi.fn() }));

/** `a` or `b`: which producer each request is of. */
let told: string[];
let disconnect: () => Promise<void>;
/** What makes the next request of a kind fail. */
const fail = new Map<string, () => void>();

beforeEach(() => {
  told = [];
  disconnect = () => Promise.resolve();
  const cluster: Partial<Cluster> = {
    connect: () => Promise.resolve(), refreshMetadata: () => Promise.resolve(), refreshMetadataIfNecessary: () => Promise.resolve(),
    addMultipleTargetTopics: () => Promise.resolve(), disconnect: () => disconnect(),
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
  };
  vi.mocked(openCluster).mockReturnValue(cluster as Cluster);
  for (const name of ['init', 'addPartitions', 'produce', 'addGroup', 'commitOffsets', 'end'] as const) {
    const spy = vi.spyOn(ProducerSession.prototype, name).mockImplementation(function (this: ProducerSession) {
      told.push(`${name} ${this.transactionalId.slice(-1)}`);
      return Promise.resolve();
    });
    fail.set(name, () => spy.mockRejectedValueOnce(new Error('timed out')));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

const record: OutputRecord = { topic: 'out', key: 'k', value: null, headers: {} };
const transaction = { records: [record], offsets: new Map([['in', 1n]]) };
const ends = () => told.filter((call) => call.startsWith('end'));

async function fenced(): Promise<TransactionWriter> {
  const writer = new TransactionWriter({ kafka: {} as Kafka, names: new TopicNames(), groupId: 'g', transactionalId: 'id', partition: 0, partitionsOf: () => 1 });
  await writer.fence();
  return writer;
}

it('pitfall 22: two producers take turns, so that no transaction waits for the markers of the last', async () => {
  const writer = await fenced();
  for (let i = 0; i < 4; i++) await writer.commit(transaction);
  expect(told.slice(0, 2)).toEqual(['init a', 'init b']);
  expect(ends()).toEqual(['end a', 'end b', 'end a', 'end b']);
});

it('pitfall 7: records and offsets are of one transaction of one producer', async () => {
  const writer = await fenced();
  told.length = 0;
  await writer.commit(transaction);
  expect(told.toSorted()).toEqual(['addGroup a', 'addPartitions a', 'commitOffsets a', 'end a', 'produce a']);
  expect(told.at(-1)).toBe('end a');
});

it('pitfall 12: after a failure nothing more is sent with its sequence numbers', async () => {
  const writer = await fenced();
  fail.get('produce')?.();
  await expect(writer.commit(transaction)).rejects.toMatchObject({ code: 'DOCKET_COMMIT', retriable: true });
  told.length = 0;
  for (let i = 0; i < 3; i++) await expect(writer.commit(transaction)).rejects.toMatchObject({ code: 'DOCKET_COMMIT' });
  expect(told).toEqual([]);
});

it('pitfall 26: an end whose answer is lost leaves the outcome unknown, and the writer unusable', async () => {
  const writer = await fenced();
  fail.get('end')?.();
  await expect(writer.commit(transaction)).rejects.toMatchObject({ code: 'DOCKET_COMMIT', message: 'the outcome of a transaction is unknown' });
  await expect(writer.commit(transaction)).rejects.toMatchObject({ code: 'DOCKET_COMMIT' });
  expect(ends()).toEqual([]);
});

it('pitfall 16: a broker that does not answer holds up the end by three seconds at most', async () => {
  vi.useFakeTimers();
  disconnect = () => new Promise(() => undefined);
  const writer = await fenced();
  let closed = false;
  void writer.close().then(() => (closed = true));
  await vi.advanceTimersByTimeAsync(2_999);
  expect(closed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(closed).toBe(true);
});
