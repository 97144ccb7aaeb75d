/**
 * The stage of docs/guides/write-a-stage.md, as a newcomer runs it: a process of its own, on topics that it creates itself.
 * Letters of a request come out once each and in order, through a restart of the process, and a bad request is rejected.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { stageTopics, topicCatalogue, type Outcome } from '@docket/contracts';
import { applyTopics, createKafka, readTopics, RecordWriter, TopicNames } from '@docket/stage-kafka';
import { freePorts } from '@docket/testing';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { LETTERS } from '../src/example-stage/letters.catalogue.js';
import { byKey } from './support/stage-bench.js';

const MAIN = join(import.meta.dirname, '../dist/example-stage/main.js');
const SHARED = ['outcomes', 'errors', 'control.commands', 'audit.log'];
const nothing = () => undefined;

const brokers = inject('brokers');
const names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
const kafka = createKafka({ brokers, clientId: 'e2e', log: { info: nothing, warn: nothing, error: nothing } });
const running: ChildProcess[] = [];
afterEach(() => running.forEach((process) => process.kill('SIGKILL')));

async function start(): Promise<ChildProcess> {
  const [port] = await freePorts(1);
  const env = {
    ...process.env, KAFKA_BROKERS: brokers.join(','), DOCKET_PREFIX: names.prefix, DOCKET_INSTANCE: 'letters', DOCKET_ADMIN_PORT: String(port), DOCKET_ADMIN_HOST: '127.0.0.1',
  };
  const started = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  running.push(started);
  return started;
}

async function read(topic: string) {
  const records: Parameters<Parameters<typeof readTopics>[3]>[0][] = [];
  await readTopics(kafka, names, [topic], (record) => records.push(record));
  return records;
}

it('the stage of the guide', async () => {
  const shared = topicCatalogue({ lanes: ['standard'], partitions: 6, replication: 1 }).filter(({ name }) => SHARED.includes(name));
  await applyTopics(kafka, names, [...shared, ...stageTopics(LETTERS, { partitions: 6, replication: 1 })], 1);
  const writer = new RecordWriter(kafka, names);
  await writer.connect();
  const request = (id: string, requestId: string, about: string) => writer.write([{
    topic: LETTERS.input, key: requestId, value: Buffer.from(JSON.stringify({ requestId, about })),
    headers: { ce_id: id, ce_source: '/e2e', ce_type: 'example.letter.requested.v1', 'content-type': 'application/json' },
  }]);
  const first = await start();
  await request('1', 'R-1', 'received');
  await request('2', 'R-2', 'received');
  await vi.waitFor(async () => expect(await read('letters.written')).toHaveLength(2), { timeout: 60_000, interval: 300 });
  const ended = once(first, 'exit');
  first.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await request('1', 'R-1', 'received');
  await request('3', 'R-1', 'closed');
  await request('4', 'R-3', 'lost');
  await start();
  await vi.waitFor(async () => expect(await read('outcomes')).toHaveLength(1), { timeout: 60_000, interval: 300 });
  await vi.waitFor(async () => expect(await read('letters.written')).toHaveLength(3), { timeout: 60_000, interval: 300 });
  const letters = byKey(await read('letters.written'));
  expect(letters.get('R-1')).toEqual(['Your request R-1 was received.', 'Your request R-1 was closed.']);
  expect(letters.get('R-2')).toEqual(['Your request R-2 was received.']);
  const [outcome] = (await read('outcomes')).map(({ value }) => JSON.parse(String(value)) as Outcome);
  expect(outcome).toMatchObject({ state: 'rejected', stage: 'letters' });
  await writer.close();
});
