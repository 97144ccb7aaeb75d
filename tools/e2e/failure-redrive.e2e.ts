/**
 * A unit that died is put back by an operation on the control topic: it is handled again and comes out once, whatever
 * happens to the instance. A second operation on the same set is refused, since the unit is not dead any more.
 */
import { randomUUID } from 'node:crypto';
import { controlKey, DocketError, type OperationCommand, type OperationProgress } from '@docket/contracts';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench, type Handle } from './support/stage-bench.js';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1, { dedupe: 'unit' });
});
afterEach(() => bench.close());

/** Asks for a redrive of all dead letters of the partition; resolves with how it ended. */
async function redrive(): Promise<OperationProgress | undefined> {
  const last = (await bench.read('executor.dlq')).at(-1);
  const command: OperationCommand = {
    kind: 'redrive', id: randomUUID(), stage: bench.spec.name, state: 'requested', partitions: { '0': { from: '0', upTo: String((last?.offset ?? 0n) + 1n) } },
    causes: [], units: [], ratePerSecond: 50, planned: 1, by: 'operator', at: new Date().toISOString(), reason: 'the cause is mended',
  };
  const writer = await bench.writer();
  await writer.write([{ topic: 'control.commands', key: controlKey(command), value: Buffer.from(JSON.stringify(command)), headers: {} }]);
  const told = async () =>
    (await bench.read('control.commands')).filter(({ key }) => key === `${controlKey(command)}/0`).map(({ value }) => JSON.parse(String(value)) as OperationProgress);
  await vi.waitFor(async () => expect((await told()).at(-1)?.state).toBe('done'), { timeout: 30_000, interval: 200 });
  return (await told()).at(-1);
}

it('a dead unit is put back once', async () => {
  let mended = false;
  const handled: string[] = [];
  const handle: Handle = (value, { orderKey }) => {
    handled.push(value);
    if (value === 'bad' && !mended) throw new DocketError('DOCKET_POISON_JSON', 'cannot be read', { kind: 'poison' });
    return pass(value, orderKey);
  };
  const first = await bench.start(handle);
  await bench.obey(first);
  await bench.send('a', 'a1', 'bad', 'a2');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a1', 'a2']), { timeout: 30_000, interval: 200 });
  await vi.waitFor(async () => expect(await bench.values('executor.dlq')).toEqual(['bad']), { timeout: 30_000, interval: 200 });

  // Its cause is there still: it dies again, and that death can be redriven too.
  expect(await redrive()).toMatchObject({ redriven: 1, refused: 0, failedAgain: 1 });
  expect(await bench.values('executor.dlq')).toEqual(['bad', 'bad']);
  mended = true;
  // Of its two copies only that of its last death counts.
  expect(await redrive()).toMatchObject({ redriven: 1, refused: 1, failedAgain: 0 });
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a1', 'a2', 'bad']), { timeout: 30_000, interval: 200 });
  expect(await redrive()).toMatchObject({ redriven: 0, refused: 2 });

  // An instance that is told of all operations from the first on repeats none, and the producer's repeat is one still.
  await first.stop(2_000);
  const second = await bench.start(handle);
  await bench.obey(second);
  await bench.send('a', 'bad', 'last');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a1', 'a2', 'bad', 'last']), { timeout: 30_000, interval: 200 });
  expect(await redrive()).toMatchObject({ redriven: 0, refused: 2 });
  expect(handled).toEqual(['a1', 'bad', 'a2', 'bad', 'bad', 'last']);
});

it('dead letters that retention has deleted since they were counted are none; those behind them are put back', async () => {
  let mended = false;
  const stage = await bench.start((value, { orderKey }) => {
    if (!mended && value.startsWith('bad')) throw new DocketError('DOCKET_POISON_JSON', 'cannot be read', { kind: 'poison' });
    return pass(value, orderKey);
  });
  await bench.obey(stage);
  await bench.send('a', 'bad 1', 'bad 2', 'bad 3');
  await vi.waitFor(async () => expect(await bench.values('executor.dlq')).toHaveLength(3), { timeout: 30_000, interval: 200 });
  mended = true;
  const topic = bench.names.toCluster('executor.dlq');
  const last = (await bench.read('executor.dlq')).at(-1)?.offset;
  await bench.admin(async (admin) => {
    // Or the client does not know who leads the partition.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(last) }] });
  });
  expect(await redrive()).toMatchObject({ redriven: 1 });
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['bad 3']), { timeout: 30_000, interval: 200 });
  expect(bench.critical).toEqual([]);
});
