import { ManualClock, ownTopics, sha256Hex, stageSpec, HEADER, type StageCommand } from '@docket/contracts';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { silentObserver, type Stage } from './stage.js';
import { TaskGroup } from './task-group.js';
import { MemoryBroker, MemoryPort } from './testing/index.js';
import { passOn, POLICY, settle } from './testing/task-bench.js';

const PARTITION = 2;
const spec = { ...stageSpec('executor'), outputs: ['out'] };
const KEY = `stage/${spec.name}`;

/** The tasks of an instance that has one partition: when each is opened again, started, and given up. */
describe('TaskGroup', () => {
  let clock: ManualClock;
  let broker: MemoryBroker;
  let group: TaskGroup;
  let openings: number;
  let ran: string[];
  let critical: Error[];
  let underWay: Promise<void> | undefined;
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const heartbeatAfter = vi.fn<(time: number) => Promise<void>>();

  beforeEach(() => {
    vi.resetAllMocks();
    heartbeatAfter.mockResolvedValue();
    clock = new ManualClock();
    broker = new MemoryBroker(clock, PARTITION);
    [openings, ran, critical, underWay] = [0, [], [], undefined];
    const stage: Stage = {
      spec, policy: POLICY,
      decode: ({ value }) => ({ identity: { correlationId: String(value), batchTraceId: 'batch', digest: sha256Hex(String(value)) }, data: String(value) }),
      handle: async (data, context) => {
        ran.push(String(data));
        await underWay;
        return passOn(String(data), context);
      },
    };
    group = new TaskGroup({
      stage, clock, log, observer: silentObserver, random: () => 0,
      nonce: () => `life-${++openings}`,
      onCritical: (error) => critical.push(error),
      port: {
        open: (partition) => new MemoryPort(broker, (topic, records, next) => group.accept(topic, partition, records, next)),
        heartbeatAfter,
      },
    });
  });

  it('takes nothing more once it stops: a join in between forgets where it was, and what comes then may leave something out', async () => {
    let finish = (): void => undefined;
    underWay = new Promise<void>((resolve) => (finish = resolve));
    await assign();
    await send('1');
    const stopped = group.stop(10_000);
    await assign();
    group.accept(spec.input, PARTITION, [], 100n);
    finish();
    await stopped;
    expect(broker.committed.get(spec.input)).toBe(1n);
    expect(critical).toEqual([]);
  });

  async function assign(newMember = false): Promise<void> {
    group.assigned([PARTITION], { newMember });
    await settle();
  }

  async function send(name: string): Promise<void> {
    broker.append({ topic: spec.input, key: name, value: Buffer.from(name), headers: { [HEADER.id]: name, [HEADER.source]: 's', [HEADER.orderKey]: name } });
    await settle();
  }

  async function pass(ms: number): Promise<void> {
    clock.advance(ms);
    await settle();
  }

  function pauseCommand(): Buffer {
    const command: StageCommand = { kind: 'stage', stage: spec.name, state: 'paused', by: 'test', at: new Date(0).toISOString(), reason: '' };
    return Buffer.from(JSON.stringify(command));
  }

  it('opens what fails again and again later each time, and is healthy once that commits', async () => {
    for (let n = 0; n < 6; n++) broker.fail('fence');
    await assign();
    expect({ openings, healthy: group.healthy }).toEqual({ openings: 4, healthy: false });
    await pass(249);
    expect(openings).toBe(4);
    await pass(1);
    expect(openings).toBe(5);
    await pass(499);
    expect(openings).toBe(5);
    await pass(1);
    expect(openings).toBe(6);
    await pass(1_000);
    expect({ openings, state: group.tasks[0]?.state, healthy: group.healthy }).toEqual({ openings: 7, state: 'running', healthy: false });
    await send('1');
    expect({ ran, healthy: group.healthy }).toEqual({ ran: ['1'], healthy: true });
  });

  it('waits half a minute at most', async () => {
    for (let n = 0; n < 20; n++) broker.fail('fence');
    await assign();
    for (let n = 0; n < 8; n++) await pass(30_000);
    const before = openings;
    await pass(29_999);
    expect(openings).toBe(before);
    await pass(1);
    expect(openings).toBe(before + 1);
  });

  it('counts failures anew behind a commit', async () => {
    for (let n = 0; n < 3; n++) broker.fail('fence');
    await assign();
    expect({ openings, healthy: group.healthy }).toEqual({ openings: 4, healthy: true });
    await send('1');
    for (let n = 0; n < 2; n++) broker.fail('commit');
    await send('2');
    expect({ openings, healthy: group.healthy, critical }).toEqual({ openings: 6, healthy: true, critical: [] });
    expect(broker.read('out').map(({ value }) => String(value))).toEqual(['1', '2']);
  });

  it('opens nothing again before a heartbeat that was sent after the failure is acknowledged', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    heartbeatAfter.mockReturnValue(promise);
    broker.fail('fence');
    await assign();
    expect(heartbeatAfter).toHaveBeenCalledExactlyOnceWith(clock.now());
    expect(openings).toBe(1);
    resolve(undefined);
    await settle();
    expect(openings).toBe(2);
  });

  it('tells a critical failure, and does not open that again', async () => {
    broker.append({ topic: ownTopics(spec).ledger, key: '', value: Buffer.from('not a ledger record'), headers: {} });
    await assign();
    await pass(60_000);
    expect(critical).toMatchObject([{ code: 'DOCKET_LEDGER_CORRUPT', kind: 'critical' }]);
    expect({ openings, heartbeats: heartbeatAfter.mock.calls.length }).toEqual({ openings: 1, heartbeats: 0 });
  });

  it('tells where the membership ended while it waited', async () => {
    heartbeatAfter.mockRejectedValue(new Error('stopped'));
    broker.fail('fence');
    await assign();
    expect(critical).toMatchObject([{ code: 'DOCKET_MEMBERSHIP' }]);
  });

  it('passes over a command that cannot be read, and says so', async () => {
    await assign();
    group.command(KEY, Buffer.from('{'));
    group.command('stage/another', pauseCommand());
    await send('1');
    expect({ ran, errors: log.error.mock.calls.length, critical }).toEqual({ ran: ['1'], errors: 2, critical: [] });
    expect(log.error).toHaveBeenCalledWith(expect.any(String), { stage: spec.name, err: expect.objectContaining({ code: 'DOCKET_CONTROL_COMMAND' }) as unknown });
  });

  it('resumes where the command that paused it is deleted, also for tasks that are opened meanwhile', async () => {
    group.command(KEY, pauseCommand());
    await assign();
    await send('1');
    await assign(true);
    group.command('stage/another', null);
    await settle();
    expect({ ran, openings }).toEqual({ ran: [], openings: 2 });
    group.command(KEY, null);
    await settle();
    expect(ran).toEqual(['1']);
  });

  it('starts a task that it keeps only when the commit of the last join is acknowledged', async () => {
    await assign();
    await group.beforeJoin();
    const first = broker.hold('commit');
    await assign();
    await send('1');
    const drained = group.beforeJoin();
    await pass(3_000);
    await drained;
    await assign();
    first();
    const second = broker.hold('commit');
    await settle();
    expect({ ran, state: group.tasks[0]?.state }).toEqual({ ran: [], state: 'suspended' });
    second();
    await settle();
    expect({ ran, state: group.tasks[0]?.state, openings }).toEqual({ ran: ['1'], state: 'running', openings: 1 });
  });

  it('opens a task afresh whose next records are gone: that finds out whether they were read', async () => {
    await assign();
    await send('1');
    group.lost(spec.input, PARTITION + 1);
    expect(openings).toBe(1);
    group.lost(spec.input, PARTITION);
    await settle();
    expect(log.warn).toHaveBeenCalledExactlyOnceWith(expect.any(String), expect.objectContaining({ err: expect.objectContaining({ code: 'DOCKET_POSITION_LOST', retriable: true }) as unknown }));
    expect({ openings, critical }).toEqual({ openings: 2, critical: [] });
    group.command(KEY, pauseCommand());
    await send('2');
    await send('3');
    broker.truncate(spec.input, broker.bounds([spec.input]).get(spec.input)?.high ?? 0n);
    group.lost(spec.input, PARTITION);
    await settle();
    expect(critical).toMatchObject([{ code: 'DOCKET_RECORDS_LOST', kind: 'critical' }]);
    expect(ran).toEqual(['1']);
  });
});
