import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from '@docket/contracts';
import { createLogger, createMetrics, Health } from '@docket/observability';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator, type RunningSimulator } from './start-simulator.js';

const COMPETITION = '3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21';
const FORM = '9d4b7a10-5c1e-4b52-8f57-0e6a2c9d1f33';

let folder: string;
let running: RunningSimulator | undefined;
const metrics = createMetrics('funder-simulator', 'standard', 'spec');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulator-'));
});
afterEach(async () => {
  await running?.close();
  running = undefined;
  await rm(folder, { recursive: true });
});

async function start(funders?: string, clock: Clock = systemClock): Promise<void> {
  if (funders !== undefined) await writeFile(join(folder, 'funders.yaml'), funders);
  const settings = {
    host: '127.0.0.1',
    httpPort: 0,
    journalFile: join(folder, 'journal.jsonl'),
    maxEntries: 1000,
    fundersFile: funders === undefined ? undefined : join(folder, 'funders.yaml'),
  };
  const logger = createLogger('funder-simulator', 'standard', 'fatal');
  running = await startSimulator({ settings, logger, metrics, health: new Health(), clock });
}

async function restart(funders?: string): Promise<void> {
  await running?.close();
  await start(funders);
}

interface Reply {
  status: number;
  headers: Headers;
  body: { status?: number; message?: string; errors?: unknown[]; data?: Record<string, unknown> } & Record<string, unknown>;
}

async function send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const init = { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) } };
  const response = await fetch(`${running?.url}${path}`, { ...init, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Reply['body'] };
}

const KEYS: Record<string, string> = {
  'funder-steady': 'development-only-steady',
  'funder-throttling': 'development-only-throttling',
  'funder-recovering': 'development-only-recovering',
};

function call(funder: string, method: string, path: string, key: string, body?: unknown): Promise<Reply> {
  const headers = { 'x-api-key': KEYS[funder] ?? 'key-of-the-spec', 'idempotency-key': key };
  return send(method, `/funders/${funder}/common-grants/applications/${path}`, body, headers);
}

async function submit(funder: string, unit: string): Promise<{ id: string; submitted: Reply }> {
  const started = await call(funder, 'POST', 'start', `${unit}.start`, { competitionId: COMPETITION, title: unit });
  expect(started.status).toBe(201);
  const id = String(started.body.data?.['applicationId']);
  expect(started.body.data).toMatchObject({ id, status: { value: 'inProgress' } });
  expect((await call(funder, 'PUT', `${id}/forms/${FORM}`, `${unit}.form`, { grantId: unit })).status).toBe(200);
  return { id, submitted: await call(funder, 'PUT', `${id}/submit`, `${unit}.submit`) };
}

describe('the simulator over HTTP', () => {
  it('takes an application through its steps and shows it to the tests', async () => {
    await start();
    const { id, submitted } = await submit('funder-steady', 'GR-1');
    expect(submitted).toMatchObject({ status: 200, body: { status: 200, data: { applicationId: id, status: { value: 'submitted' } } } });
    expect(submitted.headers.get('idempotency-replayed')).toBeNull();
    const { body } = await send('GET', '/admin/submissions?funder=funder-steady');
    expect(body).toMatchObject({
      total: 1,
      submissions: [{ funder: 'funder-steady', idempotencyKey: 'GR-1.submit', applicationId: id, grantId: 'GR-1', repeats: 0 }],
    });
    expect((await send('GET', '/admin/submissions?funder=funder-throttling')).body).toEqual({ submissions: [], total: 0 });
  });

  it('replays over a restart: same receipt, one submission', async () => {
    await start();
    const first = await submit('funder-steady', 'GR-1');
    await restart();
    const again = await submit('funder-steady', 'GR-1');
    expect(again.submitted.body).toEqual(first.submitted.body);
    expect(again.submitted.headers.get('idempotency-replayed')).toBe('true');
    expect((await send('GET', '/admin/submissions')).body).toMatchObject({ total: 1, submissions: [{ repeats: 1 }] });
    const { body } = await send('GET', '/admin/funders');
    expect(body['funders']).toContainEqual({ id: 'funder-steady', accepted: 1, throttled: 0, unavailable: 0, replayed: 3 });
  });

  it('loses an answer on the wire and keeps the submission', async () => {
    await start('funders: [{ id: funder-a, apiKey: key-of-the-spec, faults: [{ kind: lose-answer, every: 1 }] }]');
    await expect(submit('funder-a', 'GR-1')).rejects.toThrow();
    expect((await submit('funder-a', 'GR-1')).submitted.headers.get('idempotency-replayed')).toBe('true');
    expect((await send('GET', '/admin/submissions')).body).toMatchObject({ total: 1 });
  });

  it('throttles and recovers as the sample funders say', async () => {
    const now = Date.now();
    await start(undefined, { ...systemClock, now: () => now });
    const one = { competitionId: COMPETITION, title: 'one' };
    expect((await call('funder-throttling', 'POST', 'start', 'a', one)).status).toBe(201);
    const throttled = await call('funder-throttling', 'POST', 'start', 'b', one);
    expect(throttled).toMatchObject({ status: 429, body: { status: 429, errors: [] } });
    expect(throttled.headers.get('retry-after')).toBe('1');
    const down = await call('funder-recovering', 'POST', 'start', 'c', one);
    expect(down.status).toBe(503);
    expect(down.headers.get('retry-after')).toBeNull();
    const { body } = await send('GET', '/admin/funders');
    expect(body['funders']).toMatchObject([{}, { id: 'funder-throttling', throttled: 1 }, { id: 'funder-recovering', unavailable: 1 }]);
  });

  it('counts the monthly quota over a restart', async () => {
    const funders = 'funders: [{ id: funder-a, apiKey: key-of-the-spec, monthlyQuota: 1 }]';
    await start(funders);
    expect((await submit('funder-a', 'GR-1')).submitted.status).toBe(200);
    await restart(funders);
    const refused = await call('funder-a', 'POST', 'start', 'GR-2.start', { competitionId: COMPETITION, title: 'GR-2' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  it('gives the CommonGrants error body to every refusal', async () => {
    await start();
    const path = '/funders/funder-steady/common-grants/applications';
    const key = { 'x-api-key': 'development-only-steady' };
    const refusals = [
      [401, await send('POST', `${path}/start`, {})],
      [400, await send('POST', `${path}/start`, { title: 1 }, key)],
      [400, await send('PUT', `${path}/not-a-uuid/submit`, undefined, key)],
      [404, await send('PUT', `${path}/${FORM}/submit`, undefined, key)],
      [404, await send('GET', '/nowhere')],
      [404, await send('GET', '/admin/submissions?funder=nobody')],
      [413, await send('PUT', `${path}/${FORM}/forms/${FORM}`, { a: 'x'.repeat(1_100_000) }, key)],
    ] as const;
    for (const [status, reply] of refusals) {
      expect(reply).toMatchObject({ status, body: { status, message: expect.any(String) as string, errors: expect.any(Array) as unknown[] } });
    }
    const raw = await fetch(`${running?.url}${path}/start`, { method: 'POST', headers: key, body: 'text' });
    expect(raw.status).toBe(415);
    const twice = await fetch(`${running?.url}${path}/start`, {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json' },
      body: `{"competitionId":"${COMPETITION}","title":"a","title":"b"}`,
    });
    expect(twice.status).toBe(400);
  });

  it('counts its answers by route', async () => {
    await start();
    await submit('funder-steady', 'GR-1');
    await expect
      .poll(() => metrics.text())
      .toMatch(/docket_http_requests_total\{method="PUT",route="\/funders\/:funderId\/common-grants\/applications\/:applicationId\/submit",status="200"/);
  });
});
