import { ManualClock, ownTopics, stageSpec } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { ParkedUntil } from './parked-until.js';
import type { PartitionOperations } from './partition-operations.js';
import { idOf, pendingEntry } from './testing/entries.js';
import { MemoryBroker } from './testing/memory-broker.js';
import { MemoryPort } from './testing/memory-port.js';
import { settle } from './testing/task-bench.js';

type Own = Parameters<PartitionOperations['requestOwn']>[0];

describe('ParkedUntil', () => {
  const spec = stageSpec('executor');
  let clock: ManualClock;
  let broker: MemoryBroker;
  let released: Own[];
  let parked: ParkedUntil;
  beforeEach(() => {
    clock = new ManualClock(0);
    broker = new MemoryBroker(clock, 2);
    released = [];
    const operations: Pick<PartitionOperations, 'requestOwn'> = { requestOwn: (own) => void released.push(own) };
    parked = new ParkedUntil({ spec, partition: 2, clock, nonce: 'n', operations: operations as PartitionOperations, port: new MemoryPort(broker, () => undefined) });
  });
  const until = (name: string, dueAt: number) => parked.add(pendingEntry(name, 1n, { tier: 0, dueAt }, { state: 'parked' }));
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settle();
  };

  it('releases each when its time has come, those close together at once', async () => {
    until('late', 60_000);
    until('first', 5_000);
    until('second', 5_900);
    await pass(4_999);
    expect(released).toEqual([]);
    await pass(1);
    expect(released.map(({ units }) => units)).toEqual([[idOf('first'), idOf('second')]]);
    await pass(55_000);
    expect(released.map(({ units }) => units).at(-1)).toEqual([idOf('late')]);
    expect(new Set(released.map(({ id }) => id)).size).toBe(2);
  });

  it('releases nothing where its timer is early, as after a clock that was set back', async () => {
    until('u', 5_000);
    let now = 0;
    const behind = { now: () => now, schedule: (ms: number, fn: () => void) => clock.schedule(ms, fn) };
    const operations: Pick<PartitionOperations, 'requestOwn'> = { requestOwn: (own) => void released.push(own) };
    const late = new ParkedUntil({ spec, partition: 2, clock: behind, nonce: 'm', operations: operations as PartitionOperations, port: new MemoryPort(broker, () => undefined) });
    parked.close();
    late.add(pendingEntry('u', 1n, { tier: 0, dueAt: 5_000 }, { state: 'parked' }));
    await pass(5_000);
    expect(released).toEqual([]);
    now = 5_000;
    await pass(5_000);
    expect(released.map(({ units }) => units)).toEqual([[idOf('u')]]);
  });

  it('releases within a minute what a clock that was set forward has made due', async () => {
    let ahead = 0;
    const jumping = { now: () => clock.now() + ahead, schedule: (ms: number, fn: () => void) => clock.schedule(ms, fn) };
    const operations: Pick<PartitionOperations, 'requestOwn'> = { requestOwn: (own) => void released.push(own) };
    const jumped = new ParkedUntil({ spec, partition: 2, clock: jumping, nonce: 'm', operations: operations as PartitionOperations, port: new MemoryPort(broker, () => undefined) });
    jumped.add(pendingEntry('u', 1n, { tier: 0, dueAt: 86_400_000 }, { state: 'parked' }));
    ahead = 86_400_000;
    await pass(60_000);
    expect(released.map(({ units }) => units)).toEqual([[idOf('u')]]);
  });

  it('looks from the first record that is still there', async () => {
    const { parked: topic } = ownTopics(spec);
    for (let n = 0; n < 3; n++) broker.append({ topic, key: 'k', value: null, headers: {} });
    broker.truncate(topic, 2n);
    until('u', 1_000);
    await pass(1_000);
    expect(released[0]).toMatchObject({ from: 2n, partition: 2 });
  });

  it('releases at once what was due while nobody ran', async () => {
    clock.advance(10_000);
    until('u', 5_000);
    await pass(0);
    expect(released).toHaveLength(1);
  });

  it('tries again where the broker cannot be asked', async () => {
    broker.fail('bounds');
    until('u', 5_000);
    await pass(5_000);
    expect(released).toEqual([]);
    await pass(1_000);
    expect(released).toHaveLength(1);
  });

  it('has nothing to do with what waits for a person', async () => {
    parked.add({ ...pendingEntry('u', 1n, { dueAt: 0 }), state: 'parked' });
    await pass(1_000_000);
    expect({ released, timers: clock.pending }).toEqual({ released: [], timers: 0 });
  });

  it('closed, it releases nothing', async () => {
    until('u', 5_000);
    parked.close();
    await pass(10_000);
    expect(released).toEqual([]);
  });
});
