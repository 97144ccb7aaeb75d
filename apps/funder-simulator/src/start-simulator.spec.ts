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
    expect(body['funders']).toContainEqual({ id: 'funder-steady', accepted: 1, throttled: 0, unavailable: 0, replayed: 3, cut: 0 });
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

describe('the simulator, told what to do wrong while it runs', () => {
  const path = '/admin/funders/funder-a/script';
  const fundersOf = (...entries: string[]) => `funders: [${entries.map((entry) => `{ apiKey: key-of-the-spec, ${entry} }`).join(', ')}]`;
  const post = (reference: string, headers: Record<string, string> = {}, funder = 'funder-a') =>
    send('POST', `/funders/${funder}/webhook/submissions`, { reference, grant: { grantId: `GR-${reference}` } }, { 'x-api-key': 'key-of-the-spec', ...headers });

  it('faults come and go without a restart', async () => {
    await start(fundersOf('id: funder-a'));
    expect((await post('one')).status).toBe(201);
    const script = { steps: [{ faults: [{ kind: 'status', status: 503, retryAfterMs: 2_000 }] }] };
    expect((await send('PUT', path, script)).body).toMatchObject({ script: { seed: 1, steps: [{ fromMs: 0 }] } });
    const down = await post('two');
    expect(down).toMatchObject({ status: 503, body: { status: 503, errors: [] } });
    expect(down.headers.get('retry-after')).toBe('2');
    expect((await send('GET', path)).body).toMatchObject({ script: { steps: [{ faults: [{ kind: 'status', status: 503 }] }] } });
    expect((await send('DELETE', path)).body).toEqual({ script: null, elapsedMs: 0 });
    expect((await post('two')).status).toBe(201);
  });

  it('cuts the connection before the effect or after it', async () => {
    await start(fundersOf('id: funder-a, repeat: look-up'));
    const cut = (when: string) => send('PUT', path, { steps: [{ faults: [{ kind: 'reset', when, step: 'submit', calls: 1 }] }] });
    const lookUp = (reference: string) => send('GET', `/funders/funder-a/webhook/submissions/${reference}`, undefined, { 'x-api-key': 'key-of-the-spec' });
    await cut('before-effect');
    await expect(post('before')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(await lookUp('before')).toMatchObject({ status: 404 });
    await cut('after-effect');
    await expect(post('after')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(await lookUp('after')).toMatchObject({ status: 200, body: { receiptId: expect.stringMatching(/^receipt-/) as string } });
    expect((await send('GET', '/admin/funders')).body['funders']).toMatchObject([{ accepted: 1, cut: 2 }]);
  });

  it('shows a doubled submission, and the repeats of one that is not doubled', async () => {
    await start(fundersOf('id: funder-a', 'id: funder-b, repeat: none'));
    for (const funder of ['funder-a', 'funder-b']) {
      for (let time = 0; time < 3; time += 1) expect((await post('same', { 'idempotency-key': 'k' }, funder)).status).toBe(201);
    }
    const replayed = await post('same', { 'idempotency-key': 'k' });
    expect(replayed.headers.get('idempotency-replayed')).toBe('true');
    expect((await post('other', { 'idempotency-key': 'k' })).status).toBe(422);
    const grants = async (funder: string, query = '') => (await send('GET', `/admin/funders/${funder}/grants${query}`)).body;
    expect(await grants('funder-a')).toEqual({ grants: [{ grantId: 'GR-same', reference: 'same', submissions: 1, calls: 4 }], total: 1, doubled: 0 });
    expect(await grants('funder-a', '?doubled=true')).toEqual({ grants: [], total: 1, doubled: 0 });
    expect(await grants('funder-b', '?doubled=true')).toEqual({ grants: [{ grantId: 'GR-same', reference: 'same', submissions: 3, calls: 3 }], total: 1, doubled: 1 });
    expect((await send('GET', '/admin/submissions?offset=1&limit=2')).body).toMatchObject({ total: 4, submissions: [{ funder: 'funder-b' }, { funder: 'funder-b' }] });
  });

  it('a funder that was reset has forgotten, also after a restart; the others have not', async () => {
    const funders = fundersOf('id: funder-a, monthlyQuota: 1', 'id: funder-b');
    await start(funders);
    await post('one');
    await post('one', {}, 'funder-b');
    expect((await post('two')).status).toBe(429);
    expect((await send('POST', '/admin/funders/funder-a/reset')).body).toEqual({ id: 'funder-a', accepted: 0, throttled: 0, unavailable: 0, replayed: 0, cut: 0 });
    await restart(funders);
    expect((await send('GET', '/admin/submissions')).body).toMatchObject({ total: 1, submissions: [{ funder: 'funder-b' }] });
    expect((await post('two')).status).toBe(201);
    expect((await post('three')).status).toBe(429);
  });

  it('tells what is wrong with a call, a script or a question', async () => {
    await start(fundersOf('id: funder-a'));
    const key = { 'x-api-key': 'key-of-the-spec' };
    const refusals = [
      [400, await send('PUT', path, { steps: [{ faults: [{ kind: 'status', status: 200 }] }] })],
      [400, await send('PUT', path)],
      [404, await send('PUT', '/admin/funders/nobody/script', {})],
      [404, await send('POST', '/admin/funders/nobody/reset')],
      [400, await send('GET', '/admin/funders/funder-a/grants?limit=0')],
      [401, await post('one', { 'x-api-key': 'of another' })],
      [400, await post('has a space')],
      [400, await send('POST', '/funders/funder-a/webhook/submissions', { reference: 'r', grant: {}, more: 1 }, key)],
      [405, await send('GET', '/funders/funder-a/webhook/submissions/r', undefined, key)],
      [401, await send('GET', '/funders/funder-a/webhook/submissions/r')],
    ] as const;
    for (const [status, reply] of refusals) {
      expect(reply).toMatchObject({ status, body: { status, message: expect.any(String) as string, errors: expect.any(Array) as unknown[] } });
    }
    expect(refusals[0][1].body.errors).toEqual([{ field: 'steps.0.faults.0.status', message: expect.any(String) as string }]);
  });
});
