/**
 * The executor is killed between a funder's commit and our outcome, and started again: with an idempotency key the call is
 * repeated under the same key and takes effect once; with a look-up the funder is asked, and what it does not have is
 * submitted, but not before the first call can no longer take effect; with neither the grant is parked as in doubt and the call is never repeated, over a webhook and over
 * CommonGrants. What comes for the same funders afterwards passes.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HEADER, payloadDigest, topicCatalogue, type Outcome, type WorkUnit } from '@docket/contracts';
import { applyTopics, createKafka, readTopics, RecordWriter, TopicNames } from '@docket/stage-kafka';
import { freePorts, GuardedProcess } from '@docket/testing';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';

const MAIN = join(import.meta.dirname, '../../apps/executor/dist/main.js');
const WAIT = { timeout: 90_000, interval: 100 };
const FUNDERS = ['keyed', 'looked-up', 'looked-up-lost', 'looked-up-late', 'neither', 'neither-grants'] as const;
type FunderId = (typeof FUNDERS)[number];
const APPLICATION = '0f8fad5b-d9cb-469f-a165-70867728950e';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
const kafka = createKafka({ brokers: inject('brokers'), clientId: `${names.prefix}e2e`, log: quiet });
const writer = new RecordWriter(kafka, names);
const folder = mkdtempSync(join(tmpdir(), 'docket-in-doubt-'));

interface Call {
  readonly funder: FunderId;
  readonly line: string;
  /** Of the unit; '' over CommonGrants, which does not carry it. */
  readonly reference: string;
}
/** Calls that take effect, or would, and look-ups. */
const calls: Call[] = [];
/** References that a funder has on its books. */
const books = new Map<FunderId, Set<string>>(FUNDERS.map((funder) => [funder, new Set()]));
let holding = true;

/** Commits and, while it is `holding`, keeps its answer to itself. */
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => answer(request, Buffer.concat(chunks).toString(), response));
});

function answer(request: IncomingMessage, body: string, response: ServerResponse): void {
  const [, funder, , id] = (request.url ?? '').split('/') as ['', FunderId, string, string];
  const say = (status: number, data: object, headers = {}) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(data));
  const book = books.get(funder) ?? new Set();
  const line = `${request.method} ${request.url}`;
  // An application that is started and given its form has no effect before it is submitted.
  if (line.includes('/common-grants/') && !line.endsWith('/submit')) return void say(200, { status: 200, message: 'Success', data: { id: APPLICATION } });
  const reference = request.method === 'GET' ? id : body === '' ? '' : (JSON.parse(body) as { reference: string }).reference;
  calls.push({ funder, line, reference });
  if (request.method === 'GET') {
    if (book.has(reference)) say(200, { receiptId: `receipt-${reference}` });
    else say(404, {});
    // It works off what it was sent before just after it was asked.
    if (funder === 'looked-up-late') book.add(reference);
    return;
  }
  const replayed = book.has(reference) && request.headers['idempotency-key'] === reference;
  const lost = holding && (funder === 'looked-up-lost' || funder === 'looked-up-late');
  if (!lost) book.add(reference);
  if (!holding) say(200, line.endsWith('/submit') ? { status: 200, message: 'Success', data: {} } : { receiptId: `receipt-${reference}` }, replayed ? { 'idempotency-replayed': 'true' } : {});
}

function registry(origin: string): string {
  const webhook = (id: FunderId, repeat: string, more = '') => `
  - { id: ${id}, connector: webhook, url: "${origin}/${id}/submissions", auth: { header: X-API-Key, keyEnv: FUNDER_KEY }, repeat: ${repeat}${more} }`;
  const lookUp = (id: FunderId, deadlineMs: number) => webhook(id, 'look-up', `, deadlineMs: ${deadlineMs}, lookUpUrl: "${origin}/${id}/submissions/{reference}"`);
  const ids = 'competitionId: 3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21, formId: 9d4b7a10-5c1e-4b52-8f57-0e6a2c9d1f33';
  return `funders:${webhook('keyed', 'idempotency-key', ', limits: { perDay: 100 }')}${lookUp('looked-up', 5_000)}${lookUp('looked-up-lost', 1_000)}${lookUp('looked-up-late', 6_000)}${webhook('neither', 'none')}
  - { id: neither-grants, connector: common-grants, baseUrl: "${origin}/neither-grants", apiKeyEnv: FUNDER_KEY, repeat: none, ${ids} }`;
}

async function startExecutor(): Promise<GuardedProcess> {
  const [adminPort] = await freePorts(1);
  return GuardedProcess.start({
    command: process.execPath, args: [MAIN],
    env: {
      ...process.env, KAFKA_BROKERS: inject('brokers').join(','), DOCKET_PREFIX: names.prefix, DOCKET_INSTANCE: 'executor-1', DOCKET_ADMIN_PORT: String(adminPort),
      DOCKET_ADMIN_HOST: '127.0.0.1', DOCKET_FUNDERS_FILE: join(folder, 'funders.yaml'), DOCKET_RETRY_DELAYS: '200ms,1s,5s', FUNDER_KEY: 'development-only',
    },
  });
}

/** A validated grant for each funder; returns their correlation ids. */
async function send(): Promise<Map<FunderId, string>> {
  const sent = new Map<FunderId, string>();
  for (const funder of FUNDERS) {
    const payload = { grantId: `GR-${sent.size}`, applicantOrg: 'Example County', funder, requestedAmount: '1000.50', currencyCode: 'USD', submissionDeadline: '2027-03-01' };
    const [correlationId, batchTraceId, digest] = [randomUUID(), randomUUID(), payloadDigest(payload)];
    const unit: WorkUnit = { correlationId, batchTraceId, tenant: 'example', kind: 'grant', receivedAt: new Date().toISOString(), digest, payload };
    sent.set(funder, correlationId);
    await writer.write([{
      topic: 'grants.validated', key: funder, value: Buffer.from(JSON.stringify(unit)),
      headers: {
        [HEADER.id]: correlationId, [HEADER.source]: '/docket/validator.grants', [HEADER.type]: 'docket.grant.validated.v1', [HEADER.contentType]: 'application/json',
        [HEADER.correlationId]: correlationId, [HEADER.batchTraceId]: batchTraceId, [HEADER.digest]: digest, [HEADER.orderKey]: correlationId,
      },
    }]);
  }
  return sent;
}

async function outcomes(): Promise<Map<string, Outcome>> {
  const found = new Map<string, Outcome>();
  await readTopics(kafka, names, ['outcomes'], ({ key, value }) => {
    if (value) found.set(key ?? '', JSON.parse(value.toString()) as Outcome);
  });
  return found;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  writeFileSync(join(folder, 'funders.yaml'), registry(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  await applyTopics(kafka, names, topicCatalogue({ lanes: ['standard'], partitions: 2, replication: 1 }), 1);
  await writer.connect();
});
afterAll(async () => {
  await writer.close();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('no submission is made twice, and none is lost, by a process that dies with its call', async () => {
  const first = await startExecutor();
  const sent = await send();
  await vi.waitFor(() => expect(new Set(calls.map(({ funder }) => funder))).toEqual(new Set(FUNDERS)), WAIT).catch((error: unknown) => {
    throw new Error(first.log.tail().join('\n'), { cause: error });
  });
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  expect(calls).toHaveLength(FUNDERS.length);
  holding = false;

  const second = await startExecutor();
  try {
    const later = await send();
    const all = [...sent.values(), ...later.values()];
    await vi.waitFor(async () => expect([...(await outcomes()).keys()].sort()).toEqual([...all].sort()), WAIT).catch((error: unknown) => {
      throw new Error(second.log.tail().join('\n'), { cause: error });
    });
    const ended = await outcomes();
    const of = (funder: FunderId) => ended.get(sent.get(funder) ?? '');
    const linesOf = (funder: FunderId) => calls.filter((call) => call.funder === funder && call.reference === sent.get(funder)).map(({ line }) => line.split(' ')[0]);
    expect([...later].map(([funder, id]) => [funder, ended.get(id)?.state])).toEqual(FUNDERS.map((funder) => [funder, 'submitted']));

    expect(of('keyed')).toMatchObject({ state: 'submitted', references: { receiptId: `receipt-${sent.get('keyed')}`, replayed: true } });
    expect(linesOf('keyed')).toEqual(['POST', 'POST']);
    // The grant that was posted twice counts once against the quota, with the one that came later.
    const counts: string[] = [];
    await readTopics(kafka, names, ['executor.quotas'], ({ key, value }) => counts.push(`${key?.split('/')[0]} ${String(value)}`));
    expect(counts).toEqual(['keyed {"count":1}', 'keyed {"count":2}']);
    expect(of('looked-up')).toMatchObject({ state: 'submitted', references: { receiptId: `receipt-${sent.get('looked-up')}`, replayed: true } });
    expect(linesOf('looked-up')).toEqual(['POST', 'GET']);
    expect(of('looked-up-lost')).toMatchObject({ state: 'submitted', references: { replayed: false } });
    // Asked again until its call can no longer take effect, if the executor was back that soon.
    expect(linesOf('looked-up-lost').join(' ')).toMatch(/^POST( GET)+ POST$/);
    expect(of('looked-up-late')).toMatchObject({ state: 'submitted', references: { receiptId: `receipt-${sent.get('looked-up-late')}`, replayed: true } });
    expect(linesOf('looked-up-late')).toEqual(['POST', 'GET', 'GET']);
    expect(of('neither')).toMatchObject({ state: 'in-doubt', code: 'DOCKET_IN_DOUBT' });
    expect(linesOf('neither')).toEqual(['POST']);
    expect(of('neither-grants')).toMatchObject({ state: 'in-doubt', code: 'DOCKET_IN_DOUBT' });
    // One for each grant that was sent; only the later one's ended as submitted.
    expect(calls.filter(({ funder }) => funder === 'neither-grants')).toHaveLength(2);
  } finally {
    await second.stop();
  }
});
