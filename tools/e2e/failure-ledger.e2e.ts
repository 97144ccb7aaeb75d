/**
 * A stage whose ledger and offsets do not agree does not run: it says which of them was changed, handles nothing and
 * commits nothing. An offset that was moved back does no harm: what is done is passed over.
 */
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench, type Handle } from './support/stage-bench.js';

const LEDGER = 'executor.ledger';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

async function truncate(topic: string, upTo: string): Promise<void> {
  const partitions = [{ partition: 0, offset: upTo }];
  await bench.admin(async (admin) => {
    // kafkajs deletes only from topics that it has come across.
    await admin.fetchTopicOffsets(bench.names.toCluster(topic));
    await admin.deleteTopicRecords({ topic: bench.names.toCluster(topic), partitions });
  });
}

async function moveOffset(offset: string): Promise<void> {
  await bench.admin((admin) => admin.setOffsets({ groupId: bench.groupId, topic: bench.names.toCluster(bench.spec.input), partitions: [{ partition: 0, offset }] }));
}

/** A stage that has done three units, one transaction each, and was stopped; then two more were sent. */
async function ranBefore(): Promise<void> {
  const consumer = await bench.start((value, { orderKey }) => pass(value, orderKey));
  for (const [n, value] of ['a1', 'a2', 'a3'].entries()) {
    await bench.send('a', value);
    await vi.waitFor(async () => expect(await bench.values()).toHaveLength(n + 1), { timeout: 30_000, interval: 100 });
  }
  await consumer.stop(2_000);
  await bench.send('a', 'a4', 'a5');
}

const DAMAGES: [code: string, what: string, damage: () => Promise<void>][] = [
  ['DOCKET_LEDGER_LOST', 'the whole ledger was deleted', async () => {
    const [end] = await bench.admin((admin) => admin.fetchTopicOffsets(bench.names.toCluster(LEDGER)));
    await truncate(LEDGER, end?.high ?? '');
  }],
  // Opening marker and its transaction's end, then the first commit.
  ['DOCKET_LEDGER_GAP', 'the beginning of the ledger was deleted', () => truncate(LEDGER, '3')],
  ['DOCKET_LEDGER_CORRUPT', 'somebody wrote to the ledger', async () => {
    const writer = await bench.writer();
    await writer.write([{ topic: LEDGER, partition: 0, key: '', value: Buffer.from('not of the ledger'), headers: {} }]);
  }],
  ['DOCKET_OFFSETS_MOVED', 'the group’s offset was moved forward', () => moveOffset('4')],
  ['DOCKET_RECORDS_LOST', 'input was deleted before it was read', () => truncate(bench.spec.input, '4')],
];

it.each(DAMAGES)('%s: %s', async (code, _what, damage) => {
  await ranBefore();
  await damage();
  const handle = vi.fn<Handle>((value, { orderKey }) => pass(value, orderKey));
  await bench.start(handle);
  await vi.waitFor(() => expect(bench.critical).toMatchObject([{ code, kind: 'critical' }]), { timeout: 30_000 });
  expect(handle).not.toHaveBeenCalled();
  expect(await bench.values()).toEqual(['a1', 'a2', 'a3']);
});

it('an offset moved back', async () => {
  await ranBefore();
  await moveOffset('0');
  const handled: string[] = [];
  await bench.start((value, { orderKey }) => {
    handled.push(value);
    return pass(value, orderKey);
  });
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']), { timeout: 30_000, interval: 200 });
  expect(handled).toEqual(['a4', 'a5']);
  expect(bench.critical).toEqual([]);
});
