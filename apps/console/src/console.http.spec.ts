import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { createMetrics } from '@docket/observability';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConsoleModule } from './console.module.js';
import type { Database } from './database/database.port.js';
import { openDatabase } from './database/open-database.js';
import { createApp } from './http/create-app.js';
import { Projector } from './projector/projector.js';
import { topicDecoders } from './projector/topics.js';
import { KeptLog } from './testing/kept-log.js';
import { clock, digestOf, inPartition, outcome, step, T0, uuidOf, workUnit } from './testing/records.js';

const log = new KeptLog();
const metrics = createMetrics('console', 'standard', '0.0.0');
const decoders = topicDecoders(['standard', 'pii']);
const FOIA = 'FOIA 2026/1 <ü>';
let db: Database;
let app: NestFastifyApplication;
let base: string;

beforeAll(async () => {
  db = await openDatabase({ dataDir: '' }, log);
  const projector = new Projector(db, decoders, log);
  const record = (n: number) => workUnit(n, { topic: 'records.pii.work-units', kind: 'record', batchTraceId: uuidOf(901), payload: { requestId: FOIA, documentId: `D-${n}` } });
  await projector.apply(inPartition([workUnit(1), workUnit(2), workUnit(3)]));
  await projector.apply(inPartition([record(10), record(11)]));
  await projector.apply(inPartition([
    step(1, 'intake.grants', 'completed', { at: T0 + 10 }), step(1, 'validator.grants', 'completed', { at: T0 + 20 }),
    step(1, 'executor', 'retried', { at: T0 + 30, code: 'DOCKET_FUNDER_DOWN' }), step(1, 'executor', 'completed', { at: T0 + 40, attempt: 2, code: 'submitted' }),
    ...Array.from({ length: 203 }, (_, n) => step(2, 'executor', 'throttled', { at: T0 + n, code: 'DOCKET_FUNDER_THROTTLED' })),
  ]));
  await projector.apply(inPartition([outcome(1, { attempts: 2, references: { receipt: 'R-1<b>' } })], 0, T0 + 5000));
  await projector.apply(inPartition([clock(FOIA), clock('FOIA-2')]));
  app = await createApp(ConsoleModule.of(db, decoders, log), log, metrics, { loopbackOnly: true });
  await app.listen(0, '127.0.0.1');
  base = await app.getUrl();
}, 60_000);
afterAll(async () => {
  await app.close();
  await db.close();
});

async function api(path: string): Promise<{ status: number; type: string | null; body: Record<string, unknown> }> {
  const response = await fetch(`${base}/api/v1${path}`);
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as Record<string, unknown> };
}

const AS_OF = new Date(T0 + 5000).toISOString();

describe('GET /api/v1/units/:id', () => {
  it('tells all that is known, with the timeline', async () => {
    const { status, body } = await api(`/units/${uuidOf(1)}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: uuidOf(1), kind: 'grant', tenant: 'example-tenant', lane: 'standard', state: 'submitted', stage: 'executor', attempts: 2,
      batch: uuidOf(900), digest: digestOf(1), ids: { grantId: 'GR-1', funder: 'example-funder' }, rules: [], code: null,
      references: { receipt: 'R-1<b>' }, receivedAt: new Date(T0 + 1).toISOString(), closedAt: new Date(T0 + 1001).toISOString(),
      timeline: expect.any(Array) as unknown, omittedSteps: 0, asOf: AS_OF,
    });
    expect(body['timeline']).toMatchObject([
      { stage: 'intake.grants', step: 'completed', status: 'success', attempt: 1 },
      { stage: 'validator.grants', step: 'completed' },
      { stage: 'executor', step: 'retried', code: 'DOCKET_FUNDER_DOWN', status: 'failure' },
      {
        at: new Date(T0 + 40).toISOString(), stage: 'executor', step: 'completed', code: 'submitted', status: 'success', attempt: 2,
        topic: 'example.input', partition: 0, offset: '0',
        leaf: step(1, 'executor', 'completed', { at: T0 + 40, attempt: 2, code: 'submitted' }).key,
      },
    ]);
  });

  it('shows the newest steps of a long timeline and counts the others', async () => {
    const { body } = await api(`/units/${uuidOf(2)}`);
    const timeline = body['timeline'] as { at: string }[];
    expect(timeline).toHaveLength(200);
    expect(timeline.at(-1)?.at).toBe(new Date(T0 + 202).toISOString());
    expect(body).toMatchObject({ omittedSteps: 3, state: 'throttled', closedAt: null });
  });

  it('answers 404 where there is none and 400 where there can be none', async () => {
    expect(await api(`/units/${uuidOf(77)}`)).toMatchObject({
      status: 404, type: expect.stringContaining('application/problem+json') as string,
      body: { type: 'urn:docket:problem:not-found', title: 'Not found', status: 404, code: 'DOCKET_NOT_FOUND' },
    });
    for (const id of ['1', uuidOf(1).slice(1), `${uuidOf(1)}x`, '%27%20OR%201=1--', 'A0000000-0000-5000-8000-000000000001']) {
      const { status, body } = await api(`/units/${id}`);
      expect([status, body['code']]).toEqual([400, 'DOCKET_REQUEST']);
    }
  });
});

describe('GET /api/v1/units', () => {
  it('goes page by page, newest receipt first, each unit once', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { body } = await api(`/units?limit=2${cursor === null ? '' : `&cursor=${cursor}`}`);
      const { units, next } = body as { units: { id: string }[]; next: string | null };
      expect(units.length).toBeLessThanOrEqual(2);
      seen.push(...units.map((unit) => unit.id));
      cursor = next;
    } while (cursor !== null);
    expect(seen).toEqual([11, 10, 3, 2, 1].map(uuidOf));
  });

  it('filters by batch, request and state together', async () => {
    const ids = async (query: string) => ((await api(`/units?${query}`)).body['units'] as { id: string }[]).map((unit) => unit.id);
    expect(await ids('state=submitted')).toEqual([uuidOf(1)]);
    expect(await ids(`batch=${uuidOf(901)}&state=received`)).toEqual([uuidOf(11), uuidOf(10)]);
    expect(await ids(`request=${encodeURIComponent(FOIA)}&limit=1`)).toEqual([uuidOf(11)]);
    expect(await ids(`batch=${uuidOf(901)}&state=submitted`)).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    const { body } = await api('/units?limit=1');
    const foreign = `cursor=${body['next'] as string}&state=submitted`;
    for (const query of ['colour=red', 'limit=0', 'limit=201', 'limit=1e2', 'state=lost', 'state=received&state=submitted', 'batch=1', 'cursor=x', foreign]) {
      expect([query, (await api(`/units?${query}`)).status]).toEqual([query, 400]);
    }
  });
});

describe('GET /api/v1/batches/:id', () => {
  it('counts by state and lists the units', async () => {
    const { body } = await api(`/batches/${uuidOf(900)}`);
    expect(body).toMatchObject({ id: uuidOf(900), total: 3, states: { received: 1, submitted: 1, throttled: 1 }, next: null, asOf: AS_OF });
    expect((body['units'] as { id: string }[]).map((unit) => unit.id)).toEqual([3, 2, 1].map(uuidOf));
  });

  it('answers 404 where no unit is of it', async () => {
    expect((await api(`/batches/${uuidOf(902)}`)).status).toBe(404);
  });
});

describe('GET /api/v1/requests/:id', () => {
  it('lists documents and tells the clock', async () => {
    const { body } = await api(`/requests/${encodeURIComponent(FOIA)}`);
    expect(body).toMatchObject({ id: FOIA, total: 2, states: { received: 2 }, next: null, clock: { dueOn: '2026-03-30', citation: '5 USC 552(a)(6)' } });
    expect((body['documents'] as { ids: unknown; lane: string }[]).map(({ ids, lane }) => ({ ids, lane }))).toEqual([
      { ids: { requestId: FOIA, documentId: 'D-11' }, lane: 'pii' }, { ids: { requestId: FOIA, documentId: 'D-10' }, lane: 'pii' },
    ]);
  });

  it('answers for a request that has a clock and no document yet', async () => {
    expect((await api('/requests/FOIA-2')).body).toMatchObject({ documents: [], total: 0, clock: { requestId: 'FOIA-2' } });
  });

  it('answers 404 and 400', async () => {
    expect((await api('/requests/FOIA-3')).status).toBe(404);
    for (const id of ['%00', '%20x', 'x%0a', encodeURIComponent('ü'.repeat(201))]) expect([id, (await api(`/requests/${id}`)).status]).toEqual([id, 400]);
    expect((await api(`/requests/${encodeURIComponent('\u{1F4C4}'.repeat(100))}`)).status).toBe(404);
  });
});

it('GET /api/v1/overview counts by state and by stage', async () => {
  expect((await api('/overview')).body).toEqual({
    total: 5, open: 4, asOf: AS_OF,
    states: { received: 3, submitted: 1, throttled: 1 },
    stages: { executor: { submitted: 1, throttled: 1 }, 'intake.grants': { received: 1 }, 'intake.records.pii': { received: 2 } },
  });
});

describe('pages', () => {
  const page = async (path: string) => {
    const response = await fetch(base + path);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('show units by state and lead to each unit', async () => {
    const { status, headers, text } = await page('/');
    expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('aria-label="Units by state"');
    expect(text).toContain(`<a href="/units/${uuidOf(1)}">`);
  });

  it('show a timeline, escaped', async () => {
    const { text } = await page(`/units/${uuidOf(1)}`);
    expect(text).toContain('DOCKET_FUNDER_DOWN');
    expect(text).toContain('R-1&lt;b&gt;');
  });

  it('answer failures with a page', async () => {
    const missing = await page(`/units/${uuidOf(77)}`);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(missing.text).toContain('DOCKET_NOT_FOUND');
    expect((await page('/nowhere')).status).toBe(404);
    expect((await page('/units/%zz')).status).toBe(400);
  });

  it('allow exactly their own style, and no script', async () => {
    const { headers, text } = await page('/');
    const style = /<style>([\s\S]*)<\/style>/.exec(text)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(headers.get('content-security-policy')).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    expect(text).not.toMatch(/<script|style=| on[a-z]+=/);
  });
});

describe('every answer', () => {
  it.each(['/', '/api/v1/overview', '/api/v1/units/1', '/nowhere', '/api/v1/units/%zz'])('has the security headers: %s', async (path) => {
    const { headers } = await fetch(base + path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('is a problem in the API, also for what is unknown or malformed', async () => {
    expect(await api('/nowhere')).toMatchObject({ status: 404, body: { code: 'DOCKET_NOT_FOUND' } });
    expect(await api('/units/%zz')).toMatchObject({ status: 400, type: expect.stringContaining('problem+json') as string });
    const posted = await fetch(`${base}/api/v1/units`, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    expect(posted.status).toBeGreaterThanOrEqual(400);
    expect(((await posted.json()) as { code: string }).code).toMatch(/^DOCKET_/);
  });

  it('is a refusal where another name was asked for', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      request(`${base}/api/v1/overview`, { headers: { host: 'rebound.example.org' } }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
    });
    expect(status).toBe(421);
  });

  it('is counted by route, without ids', async () => {
    const text = await metrics.text();
    expect(text).toContain('route="/api/v1/units/:id"');
    expect(text).not.toContain(uuidOf(1));
  });

  it('says 500 and no more where the console fails', async () => {
    const failing: Database = { query: () => Promise.reject(new Error('secret')), transaction: () => Promise.reject(new Error('secret')), close: () => Promise.resolve() };
    const broken = await createApp(ConsoleModule.of(failing, decoders, log), log, metrics, { loopbackOnly: true });
    await broken.listen(0, '127.0.0.1');
    const response = await fetch(`${await broken.getUrl()}/api/v1/overview`);
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('secret')]);
    await broken.close();
  });
});
