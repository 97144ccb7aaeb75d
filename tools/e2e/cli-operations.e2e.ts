/**
 * What lies on the dead-letter topics can be looked at, counted, explained and put back from the command line: by cause, as a set
 * that is frozen and agreed to by its count, through a command that the stage's tasks carry out. The command line, as it
 * is built, reads what tasks write in transactions: markers and aborted records are not letters, and end no reading.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  causeOf, HEADER, ownTopics, parseControlCommand, stageSpec, topicCatalogue, type ControlCommand, type OperationCommand, type OperationProgress,
} from '@docket/contracts';
import { encodeLedgerRecord, type LedgerEntry, type LedgerState } from '@docket/stage';
import { applyTopics, createKafka, TopicNames, TopicTable } from '@docket/stage-kafka';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';

const MAIN = join(import.meta.dirname, '../../apps/docket-cli/dist/main.js');
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const WAIT = { timeout: 60_000, interval: 100 };

const names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
const kafka = createKafka({ brokers: inject('brokers'), clientId: `${names.prefix}e2e`, log: quiet });
const producer = kafka.producer({ transactionalId: `${names.prefix}task`, idempotent: true, maxInFlightRequests: 1 });
const commands: ControlCommand[] = [];
const table = new TopicTable(kafka, names, ['control.commands'], ({ key, value }) => {
  if (value) commands.push(parseControlCommand(key, value));
}, () => undefined);
const topics = ownTopics(stageSpec('executor'));

interface Written {
  readonly topic: string;
  readonly partition?: number;
  readonly key: string;
  readonly value: Buffer;
  readonly headers?: Record<string, string>;
}

/** As a task does: all in one transaction. */
async function write(records: readonly Written[], end: 'commit' | 'abort' = 'commit'): Promise<void> {
  const transaction = await producer.transaction();
  for (const { topic, ...message } of records) await transaction.send({ topic: names.toCluster(topic), messages: [message] });
  await transaction[end]();
}

function unitId(n: number): string {
  return `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
}

function letter(unit: number, partition: number, code: string, value = Buffer.from(`{"grantId":"GR-${unit}"}`)): Written {
  return {
    topic: topics.dlq, partition, key: `subject-${unit}`, value,
    headers: {
      [HEADER.correlationId]: unitId(unit), [HEADER.batchTraceId]: unitId(900), [HEADER.origin]: `grants.validated/${partition}/${unit}`,
      [HEADER.unit]: unitId(unit).replaceAll('-', ''), [HEADER.errorCode]: code, [HEADER.attempt]: '4', [HEADER.firstFailure]: '2026-03-02T08:00:00.000Z', [HEADER.lastFailure]: '2026-03-02T09:00:00.000Z',
    },
  };
}

function reason(unit: number, partition: number, message: string): Written {
  const event = {
    stage: 'executor', category: 'internal', code: 'DOCKET_POISON_JSON', message, origin: { topic: 'grants.validated', partition, offset: String(unit) }, violations: [],
  };
  return { topic: 'errors', key: unitId(unit), value: Buffer.from(JSON.stringify(event)) };
}

function ledger(partition: number, sequence: bigint, states: readonly (readonly [number, LedgerState])[]): Written {
  const entries = states.map(([unit, state]): LedgerEntry => ({
    id: unitId(unit).replaceAll('-', ''), digest: 'a'.repeat(32), subject: 'b'.repeat(16), offset: BigInt(unit), at: 1, state, attempt: 4, hop: 0,
  }));
  const value = encodeLedgerRecord({ sequence, writtenAt: 1, previousAt: 0, positions: new Map(), nonce: '' }, entries);
  return { topic: topics.ledger, partition, key: '', value };
}

/** The command line as built; resolves when it has ended. */
function docket(...args: string[]) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, KAFKA_BROKERS: inject('brokers').join(','), DOCKET_PREFIX: names.prefix },
  });
  const ran = { out: '', err: '', json: () => JSON.parse(ran.out) as unknown, child };
  child.stdout.on('data', (text: Buffer) => (ran.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (ran.err += text.toString()));
  const ended = new Promise<typeof ran & { code: number | null }>((resolve) => child.once('close', (code) => resolve({ ...ran, code })));
  return Object.assign(ended, { ran });
}

function progress(command: OperationCommand, partition: number, more: Partial<OperationProgress>): Written {
  const value: OperationProgress = {
    kind: 'progress', id: command.id, partition, state: 'done', redriven: 0, refused: 0, failedAgain: 0,
    position: command.partitions[String(partition)]?.upTo ?? '0', at: new Date().toISOString(), ...more,
  };
  return { topic: 'control.commands', key: `operation/${command.id}/${partition}`, value: Buffer.from(JSON.stringify(value)) };
}

function operations(): OperationCommand[] {
  return commands.filter((command): command is OperationCommand => command.kind === 'redrive');
}

async function newOperation(known: number): Promise<OperationCommand> {
  return vi.waitFor(() => {
    const found = operations()[known];
    if (!found) throw new Error('no command yet');
    return found;
  }, WAIT);
}

const exhausted = causeOf('executor', { [HEADER.errorCode]: 'DOCKET_RETRY_EXHAUSTED' });
const poison = causeOf('executor', { [HEADER.errorCode]: 'DOCKET_POISON_JSON' });
const redrive = ['dlq', 'redrive', '--stage', 'executor', '--cause', exhausted];
const run = [...redrive, '--reason', 'funder is back', '--run', '--yes', '--json'];

beforeAll(async () => {
  await applyTopics(kafka, names, topicCatalogue({ lanes: ['standard'], partitions: 2, replication: 1 }), 1);
  await producer.connect();
  await table.start();
  await write([letter(1, 0, 'DOCKET_RETRY_EXHAUSTED'), letter(2, 0, 'DOCKET_RETRY_EXHAUSTED'), ledger(0, 1n, [[1, 'dead'], [2, 'dead']])]);
  await write([letter(3, 1, 'DOCKET_RETRY_EXHAUSTED'), letter(4, 1, 'DOCKET_POISON_JSON', Buffer.from([0xff, 0x00])), ledger(1, 1n, [[3, 'dead'], [4, 'dead']]), reason(4, 1, 'not JSON')]);
  await write([reason(4, 1, 'aborted')], 'abort');
  await write([ledger(0, 2n, [[2, 'done']])]);
  // Aborted, and at the end of what there is: no letter, and nothing to wait for.
  await write([letter(5, 0, 'DOCKET_RETRY_EXHAUSTED'), ledger(0, 3n, [[5, 'dead']])], 'abort');
});
afterAll(async () => {
  await Promise.all([table.stop(), producer.disconnect()]);
});

it('shows causes, letters and one of them', async () => {
  const causes = await docket('dlq', 'causes', '--stage', 'executor', '--json');
  expect([causes.code, causes.err]).toEqual([0, '4 dead letter(s) in 1 stage(s), 2 cause(s) (records, those put back or ended since included)\n']);
  expect(causes.json()).toMatchObject([{ cause: exhausted, count: 3 }, { cause: poison, code: 'DOCKET_POISON_JSON', count: 1, examples: [unitId(4)] }]);

  const listed = await docket('dlq', 'list', '--stage', 'executor', '--cause', poison);
  const place = listed.out.split('\n')[1]?.split('\t')[0] ?? '';
  expect(place).toBe('executor.dlq/1/1');

  const shown = await docket('dlq', 'show', place, '--payload', '--json');
  expect(shown.json()).toMatchObject({ stage: 'executor', unit: unitId(4), origin: 'grants.validated/1/4', payload: { encoding: 'base64', data: '/wA=' } });
  expect(shown.json()).toMatchObject({ error: { category: 'internal', message: 'not JSON', violations: [] } });
  // A transaction's marker lies here.
  expect((await docket('dlq', 'show', 'executor.dlq/1/2')).code).toBe(3);
});

it('plans, refuses another count, asks the stage, and follows until all partitions have ended', async () => {
  const plan = await docket(...redrive, '--json');
  expect([plan.code, plan.json()]).toMatchObject([0, { matched: 3, eligible: 2, refused: { done: 1 }, byPartition: [{ eligible: 1, refused: 1 }, { eligible: 1 }] }]);

  const refused = await docket(...run, '--expect', '3');
  expect(refused.code).toBe(4);
  expect(refused.err).toContain('--expect says 3, but 2 can be put back');

  const asked = docket(...run, '--expect', '2');
  const command = await newOperation(0);
  expect(command).toMatchObject({ stage: 'executor', state: 'requested', causes: [exhausted], planned: 2, reason: 'funder is back', ratePerSecond: 10 });
  await write([progress(command, 0, { redriven: 1, refused: 1 })]);
  await write([progress(command, 1, { redriven: 1 })]);
  const done = await asked;
  expect([done.code, done.json()]).toMatchObject([0, { id: command.id, state: 'done', redriven: 2, refused: 1 }]);
  expect(operations()).toHaveLength(1);
  expect((await docket('ops', 'list', '--json')).json()).toMatchObject([{ id: command.id, state: 'done' }]);
});

it('ends with 6 where the stage stopped, and leaves it running when only the view is left', async () => {
  const left = docket(...run, '--expect', '2');
  const command = await newOperation(1);
  await vi.waitFor(() => expect(left.ran.err).toContain(`operation ${command.id} is asked for`), WAIT);
  left.ran.child.kill('SIGINT');
  const { code, err } = await left;
  expect([code, err]).toEqual([130, expect.stringContaining(`docket ops follow ${command.id}`)]);

  const follows = docket('ops', 'follow', command.id, '--json');
  await write([progress(command, 0, { redriven: 1, state: 'stopped', failedAgain: 1 }), progress(command, 1, { redriven: 1 })]);
  const stopped = await follows;
  expect([stopped.code, stopped.json()]).toMatchObject([6, { state: 'stopped', failedAgain: 1 }]);
  expect((await docket('ops', 'cancel', command.id, '--reason', 'too late')).code).toBe(4);
});

it('pauses a stage, and shows who owns what', async () => {
  expect((await docket('stage', 'pause', 'executor', '--reason', 'funder maintenance', '--as', 'example-operator')).code).toBe(0);
  expect((await docket('stage', 'list', '--lanes', 'standard', '--json')).json()).toContainEqual(
    expect.objectContaining({ stage: 'executor', wanted: 'paused', by: 'example-operator', reason: 'funder maintenance' }),
  );
  const consumer = kafka.consumer({ groupId: names.group('executor') });
  await consumer.connect();
  await consumer.subscribe({ topics: [names.toCluster('grants.validated')] });
  await consumer.run({ eachMessage: () => Promise.resolve() });
  const groups = await docket('groups', '--lanes', 'standard', '--held', '--json');
  await consumer.disconnect();
  const owner = `${names.prefix}e2e`;
  expect(groups.json()).toContainEqual({
    group: names.group('executor'), topic: 'grants.validated', state: 'paused', members: 1, records: 0,
    partitions: [0, 1].map((partition) => ({ partition, owner, records: 0, held: { retrying: 0, held: 0, keys: 0 } })),
  });
});
