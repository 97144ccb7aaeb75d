import { parseControlCommand } from '@docket/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeCluster } from '../testing/fake-cluster.js';
import { docket } from '../testing/run-docket.js';

beforeEach(() => {
  vi.stubEnv('KAFKA_BROKERS', 'kafka:9092');
});
afterEach(() => vi.unstubAllEnvs());

const pause = ['stage', 'pause', 'executor', '--reason', 'funder maintenance'];

it('pauses and resumes: the wanted state is written and shown', async () => {
  const cluster = new FakeCluster();
  expect(await docket(pause, { cluster })).toMatchObject({ code: 0 });
  const [record] = cluster.written;
  expect([record?.topic, parseControlCommand(record?.key ?? null, record?.value ?? Buffer.alloc(0))]).toEqual(['control.commands', {
    kind: 'stage', stage: 'executor', state: 'paused', by: 'operator', at: '2026-03-02T09:00:00.000Z', reason: 'funder maintenance',
  }]);
  const listed = await docket(['stage', 'list', '--json'], { cluster });
  expect(listed.json()).toContainEqual({ stage: 'executor', wanted: 'paused', by: 'operator', at: '2026-03-02T09:00:00.000Z', reason: 'funder maintenance' });
  expect(listed.json()).toContainEqual({ stage: 'validator.grants', wanted: 'running', by: null, at: null, reason: null });
  expect(listed.err).toContain('1 of ');
  await docket(['stage', 'resume', 'executor', '--reason', 'funder is back', '--as', 'example-operator'], { cluster });
  expect((await docket(['stage', 'list', '--json'], { cluster })).json()).toContainEqual(expect.objectContaining({ stage: 'executor', wanted: 'running', by: 'example-operator' }));
});

it('writes nothing where the state is wanted already', async () => {
  const cluster = new FakeCluster();
  await docket(pause, { cluster });
  const { code, err } = await docket(pause, { cluster });
  expect([code, cluster.written.length]).toEqual([0, 1]);
  expect(err).toContain('paused already');
});

it('pauses a stage outside of the catalogue, and shows it from then on', async () => {
  const cluster = new FakeCluster();
  expect(await docket(['stage', 'pause', 'letters', '--reason', 'no paper'], { cluster })).toMatchObject({ code: 0 });
  expect(cluster.written[0]).toMatchObject({ topic: 'control.commands', key: 'stage/letters' });
  expect((await docket(['stage', 'list', '--json'], { cluster })).json()).toContainEqual(expect.objectContaining({ stage: 'letters', wanted: 'paused' }));
});

it('writes nothing for a stage whose topics do not exist', async () => {
  const { code, err, written } = await docket(['stage', 'pause', 'executer', '--reason', 'x'], { missing: ['executer.ledger'] });
  expect([code, written]).toEqual([3, []]);
  expect(err).toContain('docket stage list');
});

it('writes to the lane\'s own topic', async () => {
  const { written } = await docket(['stage', 'pause', 'validator.records.classified', '--reason', 'x']);
  expect(written.map((record) => record.topic)).toEqual(['classified.control.commands']);
});

it('asks why, and who', async () => {
  expect(await docket(['stage', 'pause', 'executor'])).toMatchObject({ code: 2, written: [] });
  expect(await docket(pause, { user: undefined })).toMatchObject({ code: 2, written: [] });
});
