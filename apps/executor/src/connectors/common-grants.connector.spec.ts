import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock, type WorkUnit } from '@docket/contracts';
import { createMetrics } from '@docket/observability';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvFileCredentials } from '../credentials/env-file-credentials.js';
import type { CommonGrantsFunder } from '../funders/funder-registry.schema.js';
import { createConnector } from './create-connector.js';
import type { FunderConnector, Receipt } from './connector.port.js';

const APPLICATION = '0f8fad5b-d9cb-469f-a165-70867728950e';
const FORM = '9d4b7a10-5c1e-4b52-8f57-0e6a2c9d1f33';
const COMPETITION = '3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21';
const KEY = '6f1d8a1c-3b7e-4c55-9d0a-52c1f0b7a9e4';
const UNIT: WorkUnit = {
  correlationId: KEY,
  batchTraceId: KEY,
  tenant: 'example',
  kind: 'grant',
  receivedAt: '2026-11-02T00:00:00.000Z',
  digest: 'c'.repeat(64),
  payload: {
    grantId: 'GR-2027-0001', applicantOrg: 'Example County', funder: 'funder-a',
    requestedAmount: '1000.50', currencyCode: 'USD', submissionDeadline: '2027-03-01',
  },
};

/** Time that stands still until it is moved. */
class StillClock implements Clock {
  time = Date.UTC(2026, 10, 2);
  readonly timers = new Set<{ due: number; fn: () => void }>();

  now(): number {
    return this.time;
  }
  schedule(ms: number, fn: () => void): () => void {
    const timer = { due: this.time + ms, fn };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }
  advance(ms: number): void {
    this.time += ms;
    for (const timer of this.timers) {
      if (timer.due > this.time) continue;
      this.timers.delete(timer);
      timer.fn();
    }
  }
}

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Reply = (response: ServerResponse, call: Seen) => void;

let server: Server;
let baseUrl: string;
let seen: Seen[];
let reply: Reply;
let connectors: FunderConnector[];
const metrics = createMetrics('executor', 'standard', 'spec');

beforeEach(async () => {
  seen = [];
  connectors = [];
  reply = accepting;
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = { line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(chunks).toString() };
      seen.push(call);
      reply(response, call);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/funders/funder-a`;
});

afterEach(async () => {
  server.closeAllConnections();
  await Promise.all(connectors.map((connector) => connector.close()));
  await new Promise((resolve) => server.close(resolve));
});

function json(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const stepOf = ({ headers }: Seen) => String(headers['idempotency-key']).split('.')[1];

function accepting(response: ServerResponse, call: Seen): void {
  const step = stepOf(call);
  const data = step === 'start' ? { id: APPLICATION } : step === 'form' ? { formId: FORM } : { receiptId: 'receipt-1' };
  json(response, step === 'start' ? 201 : 200, { status: 200, message: 'Success', data });
}

/** Answers one step in its own way, the others as they should be. */
function except(step: string, own: Reply): Reply {
  return (response, call) => { (stepOf(call) === step ? own : accepting)(response, call); };
}

const nothing = () => undefined;
const credentials = new EnvFileCredentials({ env: { KEY: 'key-of-the-spec' }, clock: systemClock, onStale: nothing });

function connector(clock: Clock = systemClock, own: Partial<CommonGrantsFunder> = {}): FunderConnector {
  const funder: CommonGrantsFunder = {
    id: 'funder-a', connector: 'common-grants', repeat: 'idempotency-key', baseUrl, competitionId: COMPETITION, formId: FORM, deadlineMs: 5000,
    maxConnections: 2, apiKeyEnv: 'KEY', limits: { timeZone: 'UTC' }, ...own,
  };
  const made = createConnector(funder, { credentials, clock, metrics, log: { error: nothing, info: nothing } });
  connectors.push(made);
  return made;
}

function submit(to: FunderConnector, signal = new AbortController().signal): Promise<Receipt> {
  return to.submit({ unit: UNIT, reference: KEY, signal, commence: () => Promise.resolve(Infinity) });
}

const refusing = (status: number, headers: Record<string, string> = {}): Reply => (response) => { json(response, status, { status, message: 'words of the funder', errors: [] }, headers); };

describe('CommonGrantsConnector', () => {
  it('starts, fills in and submits, each step under its own key', async () => {
    const to = connector();
    expect(to.capabilities).toEqual({ repeat: 'idempotency-key' });
    expect(await submit(to)).toEqual({ receiptId: 'receipt-1', applicationId: APPLICATION, replayed: false });
    const base = '/funders/funder-a/common-grants/applications';
    expect(seen.map(({ line }) => line)).toEqual([
      `POST ${base}/start`, `PUT ${base}/${APPLICATION}/forms/${FORM}`, `PUT ${base}/${APPLICATION}/submit`,
    ]);
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual([`${KEY}.start`, `${KEY}.form`, `${KEY}.submit`]);
    expect(seen.every(({ headers }) => headers['x-api-key'] === 'key-of-the-spec')).toBe(true);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ competitionId: COMPETITION, title: 'Grant GR-2027-0001' });
    expect(JSON.parse(seen[1]?.body ?? '')).toMatchObject({ grantId: 'GR-2027-0001', requestedFunding: { amount: '1000.50', currency: 'USD' } });
    expect(seen[2]?.body).toBe('');
    expect(seen[2]?.headers['content-type']).toBeUndefined();
  });

  it('sends the same bytes again and reports what the funder recognised', async () => {
    const to = connector();
    await submit(to);
    reply = (response, call) => {
      response.setHeader('idempotency-replayed', 'true');
      accepting(response, call);
    };
    expect((await submit(to)).replayed).toBe(true);
    const lines = seen.map(({ line, body, headers }) => [line, body, headers['idempotency-key']]);
    expect(lines.slice(3)).toEqual(lines.slice(0, 3));
  });

  it.each([
    ['start', 429, 'DOCKET_FUNDER_THROTTLED'],
    ['start', 401, 'DOCKET_FUNDER_CREDENTIALS'],
    ['form', 400, 'DOCKET_FUNDER_REFUSED'],
    ['submit', 422, 'DOCKET_FUNDER_CONFLICT'],
    ['submit', 503, 'DOCKET_FUNDER_UNAVAILABLE'],
  ])('fails at %s on HTTP %i with %s, and asks no more', async (step, status, code) => {
    reply = except(step, refusing(status, { 'retry-after': '7' }));
    const failure = submit(connector());
    await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining(`funder-a, ${step}: HTTP ${status}`) as string });
    await expect(failure).rejects.not.toThrow('words of the funder');
    expect(stepOf(seen.at(-1) as Seen)).toBe(step);
  });

  it('tells how long a throttled start has to wait', async () => {
    reply = refusing(429, { 'retry-after': '7' });
    await expect(submit(connector())).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 7000 });
  });

  it('waits out a short throttle once the application is started', async () => {
    const clock = new StillClock();
    let throttled = 0;
    reply = except('form', (response, call) => { (throttled++ < 2 ? refusing(429, { 'retry-after': '1' }) : accepting)(response, call); });
    const receipt = submit(connector(clock));
    for (const calls of [2, 3]) {
      await expect.poll(() => [seen.length, [...clock.timers].map(({ due }) => due - clock.time)]).toEqual([calls, [1000]]);
      clock.advance(1000);
    }
    expect((await receipt).receiptId).toBe('receipt-1');
    expect(seen.map(stepOf)).toEqual(['start', 'form', 'form', 'form', 'submit']);
    expect(clock.timers.size).toBe(0);
  });

  it('leaves a longer throttle to the stage, and ends a wait with its signal', async () => {
    reply = except('form', refusing(429, { 'retry-after': '5' }));
    await expect(submit(connector())).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 5000 });

    const clock = new StillClock();
    const stop = new AbortController();
    reply = except('form', refusing(429));
    const waiting = submit(connector(clock), stop.signal);
    waiting.catch(() => undefined);
    await expect.poll(() => [...clock.timers].map(({ due }) => due - clock.time)).toEqual([1000]);
    stop.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'throttled' });
    expect(clock.timers.size).toBe(0);
  });

  it('gives up at the deadline, also in the midst of a body', async () => {
    for (const silent of [() => undefined, (response: ServerResponse) => void response.writeHead(200).write('{"status"')]) {
      const clock = new StillClock();
      reply = except('submit', silent);
      seen = [];
      const call = submit(connector(clock));
      call.catch(() => undefined);
      await expect.poll(() => seen.length).toBe(3);
      clock.advance(5000);
      await expect(call).rejects.toMatchObject({ code: 'DOCKET_FUNDER_TIMEOUT', kind: 'retriable' });
    }
  });

  it('stops when its caller says so', async () => {
    const stop = new AbortController();
    reply = () => { stop.abort(); };
    await expect(submit(connector(), stop.signal)).rejects.toMatchObject({ code: 'DOCKET_FUNDER_STOPPED', kind: 'retriable' });
    await expect(submit(connector(), AbortSignal.abort())).rejects.toMatchObject({ code: 'DOCKET_FUNDER_STOPPED' });
    expect(seen).toHaveLength(1);
  });

  it('takes a cut or refused connection for an outage', async () => {
    reply = except('submit', (response) => response.destroy());
    await expect(submit(connector())).rejects.toMatchObject({ code: 'DOCKET_FUNDER_UNAVAILABLE', kind: 'retriable' });
    expect(seen).toHaveLength(3);
    await expect(submit(connector(systemClock, { baseUrl: 'http://127.0.0.1:1' }))).rejects.toMatchObject({ code: 'DOCKET_FUNDER_UNAVAILABLE' });
  });

  it.each([
    ['start', 'no JSON'],
    ['form', JSON.stringify({ message: 'm' })],
    ['submit', JSON.stringify({ status: 200, message: 'x'.repeat(300_000), data: {} })],
  ])('does not believe a %s that is not of the protocol', async (step, text) => {
    reply = except(step, (response) => response.writeHead(200).end(text));
    await expect(submit(connector())).rejects.toMatchObject({ code: 'DOCKET_FUNDER_ANSWER', kind: 'retriable' });
  });

  it('reuses its connections after failures: every body is read to the end', async () => {
    const sockets = new Set<unknown>();
    server.on('connection', (socket) => sockets.add(socket));
    reply = refusing(400);
    const to = connector();
    for (let n = 0; n < 20; n++) await expect(submit(to)).rejects.toMatchObject({ code: 'DOCKET_FUNDER_REFUSED' });
    expect(sockets.size).toBeLessThanOrEqual(2);
  });

  it('counts its calls', async () => {
    await submit(connector());
    const text = await metrics.text();
    expect(text).toMatch(/docket_funder_requests_total\{funder="funder-a",outcome="ok",[^}]*\} [1-9]/);
    expect(text).toMatch(/docket_funder_request_duration_seconds_count\{[^}]*funder="funder-a"\} [1-9]/);
    expect(text).not.toContain('key-of-the-spec');
  });

  it('without keys starts anew each time, tells right before the call that takes effect, and waits out no 429 of that', async () => {
    const to = connector(systemClock, { repeat: 'none' });
    const commenced: number[] = [];
    const submission = () => to.submit({
      unit: UNIT, reference: KEY, signal: new AbortController().signal,
      commence: () => Promise.resolve(void commenced.push(seen.length)).then(() => Infinity),
    });
    reply = (response, call) => {
      const step = call.line.startsWith('POST') ? 'start' : call.line.includes('/forms/') ? 'form' : 'submit';
      if (step === 'submit' && seen.length === 3) return refusing(429, { 'retry-after': '1' })(response, call);
      return accepting(response, { ...call, headers: { 'idempotency-key': `x.${step}` } });
    };
    await expect(submission()).rejects.toMatchObject({ kind: 'throttled', effect: 'none' });
    await submission();
    expect(commenced).toEqual([2, 5]);
    expect(seen).toHaveLength(6);
    expect(seen.some(({ headers }) => 'idempotency-key' in headers)).toBe(false);
    expect(seen.every(({ headers }) => headers.connection === 'close')).toBe(true);
  });
});
