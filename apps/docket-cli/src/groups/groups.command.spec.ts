import type { GroupStatus } from '@docket/stage-kafka';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeCluster } from '../testing/fake-cluster.js';
import { entry, ledgerRecord } from '../testing/letters.js';
import { docket } from '../testing/run-docket.js';

beforeEach(() => {
  vi.stubEnv('KAFKA_BROKERS', 'kafka:9092');
});
afterEach(() => vi.unstubAllEnvs());

const groups: GroupStatus[] = [
  { group: 'executor', state: 'stable', members: [{ clientId: 'docket-executor-1', host: '/10.0.0.1', assignment: new Map([['grants.validated', [0]]]) }] },
];
const ledger = { 'executor.ledger': [ledgerRecord(0, [entry(1, 'retrying', 'a'), entry(2, 'held', 'a'), entry(3, 'held', 'b'), entry(4, 'done')])] };

it('shows lag, members and state by group and topic: a table for people', async () => {
  const { code, out } = await docket(['groups', '--lanes', 'standard'], { groups, isTty: true });
  expect(code).toBe(0);
  expect(out).toMatch(/^group +topic +state +members +owned +records\n/);
  expect(out).toMatch(/^docket-executor +grants\.validated +stable +1 +1\/1 +3$/m);
  expect(out).toMatch(/^docket-validator\.grants +grants\.work-units +empty +0 +0\/1 +3$/m);
});

it('shows who owns which partition', async () => {
  expect((await docket(['groups', '--tasks'], { groups })).out).toContain('docket-executor\tgrants.validated\t0\tdocket-executor-1\t3\n');
});

it('writes JSON with partitions', async () => {
  const { json } = await docket(['groups', '--json'], { groups });
  expect(json()).toContainEqual({
    group: 'docket-executor', topic: 'grants.validated', state: 'stable', members: 1, records: 3, partitions: [{ partition: 0, owner: 'docket-executor-1', records: 3 }],
  });
  expect(json()).toContainEqual({
    group: 'docket-auditor', topic: 'audit.log', state: 'empty', members: 0, records: 3, partitions: [{ partition: 0, owner: null, records: 3 }],
  });
});

it('counts what waits, from the ledger, only where asked', async () => {
  const { json, out } = await docket(['groups', '--held', '--json'], { groups, records: ledger });
  expect(json()).toContainEqual(expect.objectContaining({ group: 'docket-executor', partitions: [{ partition: 0, owner: 'docket-executor-1', records: 3, held: { retrying: 1, held: 2, keys: 2 } }] }));
  expect(out).not.toBe('');
  expect((await docket(['groups', '--held'], { groups, records: ledger })).out).toContain('docket-executor\tgrants.validated\tstable\t1\t1/1\t3\t1\t2\t2\n');
  expect((await docket(['groups', '--json'], { groups, records: ledger })).out).not.toContain('retrying');
});

it('shows a paused stage as such', async () => {
  const cluster = new FakeCluster({ groups });
  await docket(['stage', 'pause', 'executor', '--reason', 'x'], { cluster });
  expect((await docket(['groups'], { cluster })).out).toContain('docket-executor\tgrants.validated\tpaused\t');
});

it('ends with 3 where topics are missing, and says what to do', async () => {
  const { code, out, err } = await docket(['groups'], { missing: ['audit.log'] });
  expect([code, out]).toEqual([3, '']);
  expect(err).toContain('docket topics apply');
});
