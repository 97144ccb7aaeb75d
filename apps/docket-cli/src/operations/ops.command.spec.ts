import { controlKey, parseControlCommand, type ControlCommand, type OperationCommand, type OperationProgress } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ReadRecord } from '../cli/cluster.js';
import { FakeCluster } from '../testing/fake-cluster.js';
import { docket, DocketRun } from '../testing/run-docket.js';

beforeEach(() => {
  vi.stubEnv('KAFKA_BROKERS', 'kafka:9092');
});
afterEach(() => vi.unstubAllEnvs());

const ID = '6b0f4c5e-5b0e-4f7e-9d53-0a3f6f1c2b7d';
const OTHER = '7c1f4c5e-5b0e-4f7e-9d53-0a3f6f1c2b7d';
const request = { by: 'example-operator', at: '2026-03-02T08:00:00.000Z', reason: 'funder is back' };
const command: OperationCommand = {
  kind: 'redrive', id: ID, stage: 'executor', state: 'requested', partitions: { 0: { from: '0', upTo: '9' }, 1: { from: '3', upTo: '5' } },
  causes: [], units: [], ratePerSecond: 10, planned: 4, ...request,
};
const progress = (partition: number, more: Partial<OperationProgress> = {}): OperationProgress => ({
  kind: 'progress', id: ID, partition, state: 'done', redriven: 2, refused: 0, failedAgain: 0, position: '5', at: '2026-03-02T08:30:00.000Z', ...more,
});
const record = (given: ControlCommand) => ({ key: controlKey(given), value: Buffer.from(JSON.stringify(given)) });
const control = (...commands: ControlCommand[]): { 'control.commands': ReadRecord[] } => ({
  'control.commands': commands.map((given, offset) => ({
    topic: 'control.commands', partition: 0, offset: BigInt(offset), timestamp: 0, key: controlKey(given), value: Buffer.from(JSON.stringify(given)), headers: {},
  })),
});

describe('docket ops list', () => {
  it.each([
    ['requested', []],
    ['running', [progress(0)]],
    ['running', [progress(0, { state: 'stopped' })]],
    ['done', [progress(0), progress(1)]],
    ['partly', [progress(0), progress(1, { redriven: 1, refused: 1 })]],
    ['stopped', [progress(0), progress(1, { state: 'stopped' })]],
    ['cancelled', [progress(0, { state: 'cancelled' }), progress(1)]],
  ] as const)('tells that one is %s', async (state, parts) => {
    const { code, json } = await docket(['ops', 'list', '--json'], { records: control(command, ...parts) });
    expect([code, json()]).toMatchObject([0, [{ id: ID, kind: 'redrive', stage: 'executor', state, planned: 4, by: 'example-operator' }]]);
  });

  it('shows the newest first, of one stage where asked, and counts what it cannot read', async () => {
    const newer: OperationCommand = { ...command, id: OTHER, kind: 'release', stage: 'validator.grants', at: '2026-03-02T08:10:00.000Z' };
    const records = control(command, newer);
    records['control.commands'].push({ topic: 'control.commands', partition: 0, offset: 9n, timestamp: 0, key: 'stage/x', value: Buffer.from('{'), headers: {} });
    const all = await docket(['ops', 'list'], { records });
    expect(all.out.trim().split('\n').slice(1).map((row) => row.split('\t')[0])).toEqual([OTHER, ID]);
    expect(all.err).toContain('2 operation(s), 2 not ended; 1 record(s) of the control topic cannot be read');
    expect((await docket(['ops', 'list', '--stage', 'executor', '--json'], { records })).json()).toHaveLength(1);
  });

  it('reads the classified lane\'s own topic', async () => {
    expect((await docket(['ops', 'list', '--lanes', 'classified'])).read).toEqual(['classified.control.commands']);
    expect((await docket(['ops', 'list', '--lanes', 'standard,pii,classified'])).read).toEqual(['control.commands', 'classified.control.commands']);
  });
});

describe('docket ops follow', () => {
  it('ends at once with the result of one that has ended', async () => {
    expect(await docket(['ops', 'follow', ID], { records: control(command, progress(0), progress(1)) })).toMatchObject({ code: 0 });
    expect(await docket(['ops', 'follow', ID], { records: control(command, progress(0), progress(1, { failedAgain: 1 })) })).toMatchObject({ code: 6 });
  });

  it('ends with 3 where there is none', async () => {
    const { code, err } = await docket(['ops', 'follow', OTHER], { records: control(command) });
    expect(code).toBe(3);
    expect(err).toContain('docket ops list');
  });

  it('tells once what an operation waits for: a stage that is paused, a group without members', async () => {
    const pause: ControlCommand = { kind: 'stage', stage: 'executor', state: 'paused', ...request };
    const follows = new DocketRun(['ops', 'follow', ID], { records: control(command, pause) });
    await vi.waitFor(() => expect(follows.cluster.following).toBe(1));
    expect(follows.err).toContain('executor is paused: the operation waits until `docket stage resume executor`\n');
    expect(follows.err).toContain('no process of executor is there');
    follows.cluster.deliver({ topic: 'control.commands', headers: {}, ...record(progress(0)) });
    follows.cluster.deliver({ topic: 'control.commands', headers: {}, ...record(progress(1)) });
    expect(await follows.code).toBe(0);
    expect(follows.err.match(/is paused/g)).toHaveLength(1);
  });

  it('tells nothing of what holds where the stage runs, or the operation has ended', async () => {
    const groups = [{ group: 'executor', state: 'stable' as const, members: [{ memberId: 'm', clientId: 'c', host: '', assignment: new Map() }] }];
    const follows = new DocketRun(['ops', 'follow', ID], { records: control(command), groups });
    await vi.waitFor(() => expect(follows.cluster.following).toBe(1));
    expect(follows.err).toBe('');
    for (const interrupt of follows.interrupts) interrupt();
    await follows.code;
    expect((await docket(['ops', 'follow', ID], { records: control(command, progress(0), progress(1)) })).err).not.toContain('waits');
  });
});

describe('docket ops cancel', () => {
  it('writes the command again as cancelled, with who and why', async () => {
    const cluster = new FakeCluster({ records: control(command, progress(0)) });
    const { code, json, written } = await docket(['ops', 'cancel', ID, '--reason', 'wrong cause', '--json'], { cluster });
    const [record] = written;
    expect(parseControlCommand(record?.key ?? null, record?.value ?? Buffer.alloc(0))).toEqual({
      ...command, state: 'cancelled', by: 'operator', at: '2026-03-02T09:00:00.000Z', reason: 'wrong cause',
    });
    expect([code, json()]).toMatchObject([0, { id: ID, state: 'cancelling', redriven: 2 }]);
  });

  it.each([
    ['ended', [command, progress(0), progress(1)]],
    ['is cancelled', [{ ...command, state: 'cancelled' as const }]],
  ])('ends with 4 where it %s already', async (_, commands) => {
    expect(await docket(['ops', 'cancel', ID, '--reason', 'x'], { records: control(...commands) })).toMatchObject({ code: 4, written: [] });
  });

  it('asks why', async () => {
    expect(await docket(['ops', 'cancel', ID], { records: control(command) })).toMatchObject({ code: 2, written: [] });
  });
});
