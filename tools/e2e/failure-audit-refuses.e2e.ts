/**
 * Nothing happens that is not on the record: while the audit topic takes no event, a stage commits nothing, neither
 * output nor offset. It lives, and goes on by itself when the topic takes events again; what waited comes out once.
 * The topic wants two replicas in sync, where it has two; one is lost, and then given up.
 */
import type { StepRecord } from '@docket/stage';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KafkaPair } from './support/kafka-pair.js';
import { pass, StageBench, type Handle } from './support/stage-bench.js';

const WAIT = { timeout: 30_000, interval: 200 };

let kafka: KafkaPair;
let bench: StageBench;
beforeEach(async () => {
  kafka = await KafkaPair.start();
  bench = await StageBench.open(kafka.brokers, 1);
});
afterEach(async () => {
  await bench.close();
  await kafka.stop();
});

async function replicateOn(...replicas: number[]): Promise<void> {
  const partitionAssignment = [{ partition: 0, replicas }];
  await bench.admin((admin) => admin.alterPartitionReassignments({ topics: [{ topic: bench.names.toCluster('audit.log'), partitionAssignment }] }));
}

async function untilInSync(...replicas: number[]): Promise<void> {
  await vi.waitFor(async () => {
    const { topics } = await bench.admin((admin) => admin.fetchTopicMetadata({ topics: [bench.names.toCluster('audit.log')] }));
    expect(topics[0]?.partitions[0]?.isr.toSorted()).toEqual(replicas);
  }, WAIT);
}

/** Outputs, audit events, and how far the stage is. */
async function state(): Promise<unknown> {
  const input = bench.names.toCluster(bench.spec.input);
  const [offsets] = await bench.admin((admin) => admin.fetchOffsets({ groupId: bench.groupId, topics: [input] }));
  return [await bench.values(), await bench.values('audit.log'), offsets?.partitions[0]?.offset];
}

it('the stage stops before the step, and resumes after', async () => {
  const writer = await bench.writer();
  const audit = (steps: readonly StepRecord[]) =>
    writer.write(steps.map(({ identity }) => ({ topic: 'audit.log', key: identity.correlationId, value: Buffer.from(identity.correlationId), headers: {} })));
  const handled: string[] = [];
  const handle: Handle = (value, { orderKey }) => {
    handled.push(value);
    return pass(value, orderKey);
  };
  const first = await bench.start(handle, {}, { audit });
  await bench.send('a', 'before');
  await vi.waitFor(async () => expect(await state()).toEqual([['before'], ['before'], '1']), WAIT);

  await kafka.startSecond();
  await replicateOn(1, 2);
  await untilInSync(1, 2);
  await kafka.killSecond();
  await untilInSync(1);
  await bench.send('a', 'a1', 'a2');
  await vi.waitFor(() => expect(handled).toEqual(['before', 'a1', 'a2']), WAIT);
  expect(await state()).toEqual([['before'], ['before'], '1']);
  // What was handled and is not on the record is not done: the next instance does it.
  await first.stop(500);
  await bench.start(handle, {}, { audit });
  await vi.waitFor(() => expect(handled).toEqual(['before', 'a1', 'a2', 'a1', 'a2']), WAIT);
  expect(await state()).toEqual([['before'], ['before'], '1']);

  await replicateOn(1);
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['before', 'a1', 'a2']), WAIT);
  expect(new Set(await bench.values('audit.log'))).toEqual(new Set(['before', 'a1', 'a2']));
  expect(bench.critical).toEqual([]);
});
