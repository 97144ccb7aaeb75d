/**
 * What kafkajs 2.2.4 does on a real broker that would hurt, and does not: the pitfalls of docs/kafkajs.md that stubs cannot
 * show.
 */
import { createKafka, type Kafka } from '@docket/stage-kafka';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench } from './support/stage-bench.js';

/** The least that a broker allows. */
const SESSION_MS = 6_000;
const MIB = 1024 * 1024;
/** Offset before which retention deletes. */
const GAP_ENDS = 300;
/** As kafkajs numbers codecs. */
const GZIP = 1 as unknown as NonNullable<Parameters<ReturnType<Kafka['producer']>['send']>[0]['compression']>;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

const values = async () => (await bench.read('out')).map(({ value }) => String(value));
const committed = () => bench.admin(async (admin) => {
  const [topic] = await admin.fetchOffsets({ groupId: bench.groupId, topics: [bench.names.toCluster(bench.spec.input)] });
  return Number(topic?.partitions[0]?.offset);
});

it('pitfall 4, pitfall 5: a handler that runs for longer than a session keeps its membership, and nothing else waits for it', async () => {
  let release = (): void => undefined;
  const calls: string[] = [];
  await bench.start(async (value, { orderKey }) => {
    calls.push(value);
    if (value === 'slow') await new Promise<void>((resolve) => (release = resolve));
    return pass(value, orderKey);
  }, {}, { sessionTimeoutMs: SESSION_MS });
  await bench.send('a', 'slow');
  await vi.waitFor(() => expect(calls).toEqual(['slow']), { timeout: 30_000 });
  const [startedAt, joins] = [Date.now(), bench.joins];
  // One fetch after the other, while the first one's record is still being handled.
  for (let sent = 0; Date.now() < startedAt + SESSION_MS * 1.5; sent++) {
    await bench.send('b', `fast ${sent}`);
    await vi.waitFor(() => expect(calls).toContain(`fast ${sent}`), { timeout: 5_000 });
  }
  release();
  await vi.waitFor(async () => expect(await values()).toContain('slow'), { timeout: 10_000, interval: 200 });
  expect(calls.filter((value) => value === 'slow')).toHaveLength(1);
  expect(bench.joins).toBe(joins);
  expect(bench.critical).toEqual([]);
});

it('pitfall 7: what is under way when a stage is stopped is finished and committed', async () => {
  const release: (() => void)[] = [];
  const stage = await bench.start(async (value, { orderKey }) => {
    await new Promise<void>((resolve) => release.push(resolve));
    return pass(value, orderKey);
  });
  await bench.send('a', '1');
  await bench.send('b', '2');
  await vi.waitFor(() => expect(release).toHaveLength(2), { timeout: 30_000 });
  expect(await committed()).toBe(-1);
  const stopped = stage.stop(10_000);
  for (const each of release) each();
  await stopped;
  expect(await committed()).toBe(2);
  expect((await values()).toSorted()).toEqual(['1', '2']);
});

it('pitfall 11: where retention overtakes a task while it runs, it stops instead of going on behind the gap', async () => {
  let release = (): void => undefined;
  const seen: number[] = [];
  const numbers = Array.from({ length: 400 }, (_, n) => n);
  await bench.start(async (value, { orderKey }) => {
    seen.push(parseInt(value, 10));
    if (seen.length === 1) await new Promise<void>((resolve) => (release = resolve));
    return pass(value.slice(0, 9), orderKey);
  }, { windowRecords: 5 });
  // Large enough that no fetch ahead reaches the gap.
  for (const n of numbers.filter((each) => each % 20 === 0)) {
    await bench.send('a', ...numbers.slice(n, n + 20).map((each) => String(each).padEnd(each === 0 ? 1 : 60_000)));
  }
  await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 30_000 });
  const topic = bench.names.toCluster(bench.spec.input);
  await bench.admin(async (admin) => {
    // Or the client does not know who leads the partition.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(GAP_ENDS) }] });
  });
  release();
  await vi.waitFor(() => expect(bench.critical).toMatchObject([{ code: 'DOCKET_RECORDS_LOST' }]), { timeout: 30_000 });
  // What was fetched before is handled; nothing that lies behind the gap is.
  expect(seen).toEqual(numbers.slice(0, seen.length));
  expect(seen.length).toBeLessThan(GAP_ENDS);
  const written = (await bench.values()).map((value) => parseInt(value, 10));
  expect(written).toEqual(numbers.slice(0, written.length));
});

it('pitfall 27: a batch that was made to unfold without end stops the stage loudly, and is not passed over', async () => {
  await bench.start((value, { orderKey }) => pass(value, orderKey));
  await bench.send('a', 'good');
  await vi.waitFor(async () => expect(await committed()).toBe(1), { timeout: 30_000, interval: 200 });
  const producer = createKafka({ brokers: inject('brokers'), clientId: 'e2e', log: quiet }).producer();
  await producer.connect();
  await producer.send({ topic: bench.names.toCluster(bench.spec.input), compression: GZIP, messages: [{ key: 'b', value: Buffer.alloc(130 * MIB) }] });
  await producer.disconnect();
  await vi.waitFor(() => expect(bench.critical).toEqual([expect.objectContaining({ message: expect.stringContaining('Cannot create a Buffer larger than') as unknown })]), { timeout: 20_000 });
  expect(await committed()).toBe(1);
});

it('pitfall 29: of transactions that interleave and are aborted nothing is seen, whichever ends first, and whatever key they have', async () => {
  const kafka = createKafka({ brokers: inject('brokers'), clientId: 'upstream', log: quiet });
  const topic = bench.names.toCluster(bench.spec.input);
  const [first, second] = await Promise.all(['a', 'b'].map(async (name) => {
    const producer = kafka.producer({ transactionalId: `${topic}-${name}`, idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    return producer;
  }));
  if (!first || !second) throw new Error('two producers');
  try {
    for (let round = 0; round < 3; round++) {
      const [early, late] = [await first.transaction(), await second.transaction()];
      for (const [transaction, value] of [[early, 'aborted early'], [late, 'aborted late'], [early, 'aborted early'], [late, 'aborted late']] as const) {
        await transaction.send({ topic, messages: [{ key: Buffer.alloc(4), value, partition: 0 }] });
      }
      await late.abort();
      await early.send({ topic, messages: [{ key: 'a', value: 'aborted early', partition: 0 }] });
      await early.abort();
    }
    const good = await second.transaction();
    await good.send({ topic, messages: [{ key: 'a', value: 'committed', partition: 0 }] });
    await good.commit();
  } finally {
    await Promise.all([first.disconnect(), second.disconnect()]);
  }
  await bench.start((value, { orderKey }) => Promise.resolve(pass(value, orderKey)));
  await vi.waitFor(async () => expect(await values()).toContain('committed'), { timeout: 30_000, interval: 200 });
  expect(await values()).toEqual(['committed']);
});
