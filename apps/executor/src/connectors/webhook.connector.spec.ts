import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canonicalJson, systemClock, type WorkUnit } from '@docket/contracts';
import { createMetrics } from '@docket/observability';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvFileCredentials } from '../credentials/env-file-credentials.js';
import { Secret } from '../credentials/secret.js';
import type { WebhookFunder } from '../funders/funder-registry.schema.js';
import { signWebhook } from './sign-webhook.js';
import { WebhookConnector } from './webhook.connector.js';

const REFERENCE = '6f1d8a1c-3b7e-4c55-9d0a-52c1f0b7a9e4';
const SIGNING = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const UNIT: WorkUnit = {
  correlationId: REFERENCE, batchTraceId: REFERENCE, tenant: 'example', kind: 'grant', receivedAt: '2026-11-02T00:00:00.000Z', digest: 'c'.repeat(64),
  payload: {
    submissionDeadline: '2027-03-01', grantId: 'GR-2027-0001', applicantOrg: 'Example County', funder: 'hook', requestedAmount: '1000.50', currencyCode: 'USD',
  },
};

interface Seen {
  readonly line: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let origin: string;
let seen: Seen[];
let reply: (response: ServerResponse, call: Seen) => void;
let connector: WebhookConnector | undefined;
const logged: string[] = [];
const env: Record<string, string> = {};

beforeEach(async () => {
  seen = [];
  logged.length = 0;
  Object.assign(env, { KEY: 'key-of-the-spec', SIGNING });
  reply = (response) => response.writeHead(201).end('{"receiptId":"R-1"}');
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
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await connector?.close();
  await new Promise((resolve) => server.close(resolve));
});

function open(own: Partial<WebhookFunder> = {}): WebhookConnector {
  const funder: WebhookFunder = {
    id: 'hook', connector: 'webhook', url: `${origin}/in?v=2`, repeat: 'idempotency-key', auth: { header: 'X-Key', keyEnv: 'KEY' }, deadlineMs: 5_000, maxConnections: 2,
    limits: { timeZone: 'UTC' }, ...own,
  };
  const log = { error: (msg: string) => void logged.push(msg), info: (msg: string) => void logged.push(msg) };
  const credentials = new EnvFileCredentials({ env, clock: systemClock, onStale: () => undefined });
  connector = new WebhookConnector(funder, { credentials, clock: systemClock, metrics: createMetrics('executor', 'standard', 'spec'), log });
  return connector;
}

const submit = (to: WebhookConnector, sendBy = Infinity, signal = new AbortController().signal) =>
  to.submit({ unit: UNIT, reference: REFERENCE, signal, commence: () => Promise.resolve(sendBy) });

/** One POST is one submission: the same bytes each time, and nothing believed that the funder did not say. */
describe('WebhookConnector', () => {
  it('posts reference and grant in their canonical form, under the key', async () => {
    const to = open();
    expect(await submit(to)).toEqual({ receiptId: 'R-1', replayed: false });
    await submit(to);
    expect(seen[0]).toMatchObject({
      line: 'POST /in?v=2', body: canonicalJson({ reference: REFERENCE, grant: UNIT.payload }),
      headers: { 'x-key': 'key-of-the-spec', 'idempotency-key': REFERENCE, 'content-type': 'application/json' },
    });
    expect(seen[1]?.body).toBe(seen[0]?.body);
  });

  it('sends an idempotency key only where the funder takes one', async () => {
    for (const repeat of ['look-up', 'none'] as const) await submit(open({ repeat }));
    expect(seen.some(({ headers }) => 'idempotency-key' in headers)).toBe(false);
  });

  it.each([['{"receiptId":"R-2"}', 'R-2'], ['', REFERENCE], ['thanks', REFERENCE], ['{"receiptId":"two words"}', REFERENCE], ['{"receiptId":7}', REFERENCE]])(
    'takes any 2xx for submitted: after %j the receipt is %s', async (text, receiptId) => {
      reply = (response) => response.writeHead(202, { 'idempotency-replayed': 'true' }).end(text);
      expect(await submit(open())).toEqual({ receiptId, replayed: true });
    },
  );

  it.each([
    [429, 'DOCKET_FUNDER_THROTTLED', 'none'], [409, 'DOCKET_FUNDER_BUSY', 'unknown'], [422, 'DOCKET_FUNDER_REFUSED', 'none'],
    [500, 'DOCKET_FUNDER_UNAVAILABLE', 'unknown'], [302, 'DOCKET_FUNDER_ENDPOINT', 'unknown'], [404, 'DOCKET_FUNDER_ENDPOINT', 'none'],
  ])('on HTTP %i fails with %s, effect %s', async (status, code, effect) => {
    reply = (response) => response.writeHead(status).end();
    await expect(submit(open())).rejects.toMatchObject({ code, effect });
  });

  it('knows whether a call without an answer was sent', async () => {
    reply = (response) => response.destroy();
    await expect(submit(open())).rejects.toMatchObject({ code: 'DOCKET_FUNDER_UNAVAILABLE', effect: 'unknown' });
    await expect(submit(open({ url: 'http://127.0.0.1:1/' }))).rejects.toMatchObject({ code: 'DOCKET_FUNDER_UNAVAILABLE', effect: 'none' });
    // Its only connection is taken: the second call never got one.
    const stop = new AbortController();
    reply = () => stop.abort();
    const busy = open({ maxConnections: 1, deadlineMs: 150 });
    const ends = await Promise.allSettled([submit(busy), submit(busy, Infinity, stop.signal)]);
    expect(ends.map((end) => end.status === 'rejected' && (end.reason as object))).toMatchObject([
      { code: 'DOCKET_FUNDER_TIMEOUT', effect: 'unknown' }, { code: 'DOCKET_FUNDER_STOPPED', effect: 'none' },
    ]);
    expect(seen).toHaveLength(2);
  });

  it('puts its scheme before the key', async () => {
    await submit(open({ auth: { header: 'Authorization', scheme: 'Bearer', keyEnv: 'KEY' } }));
    expect(seen[0]?.headers['authorization']).toMatch(/^Bearer [\x21-\x7e]{8,}$/);
  });

  it('does not send what is too late', async () => {
    await expect(submit(open(), 0)).rejects.toMatchObject({ code: 'DOCKET_LEASE', kind: 'throttled', effect: 'none' });
    expect(seen).toEqual([]);
    expect((await submit(open())).receiptId).toBe('R-1');
  });

  it('signs as Standard Webhooks do', async () => {
    await submit(open({ signing: { secretEnv: 'SIGNING' } }));
    const { headers, body } = seen[0] as Seen;
    const now = Number(headers['webhook-timestamp']) * 1_000;
    expect(headers).toMatchObject(signWebhook({ id: REFERENCE, now, body }, new Secret(SIGNING)));
    expect(Math.abs(Date.now() - now)).toBeLessThan(60_000);
  });

  it('takes a key that was replaced meanwhile, and says once that one is refused', async () => {
    reply = (response, { headers }) => response.writeHead(headers['x-key'] === 'key-that-is-new' ? 201 : 401).end();
    const to = open();
    for (let n = 0; n < 3; n++) await expect(submit(to)).rejects.toMatchObject({ code: 'DOCKET_FUNDER_CREDENTIALS', effect: 'none', kind: 'throttled' });
    expect(logged).toEqual(['the funder does not accept our key: its grants wait']);
    reply = (response, { headers }) => {
      const accepted = headers['x-key'] === 'key-that-is-new';
      // Replaced while the call was under way.
      env['KEY'] = 'key-that-is-new';
      response.writeHead(accepted ? 201 : 401).end();
    };
    await submit(to);
    expect(seen.slice(-2).map(({ headers }) => headers['x-key'])).toEqual(['key-of-the-spec', 'key-that-is-new']);
    expect(logged).toEqual(['the funder does not accept our key: its grants wait', 'the funder accepts our key again']);
  });

  it('looks a reference up: it is there, it is not, or nobody knows', async () => {
    const to = open({ repeat: 'look-up', lookUpUrl: `${origin}/in/{reference}?v=2` });
    const lookUp = () => to.lookUp({ reference: REFERENCE, signal: new AbortController().signal });
    reply = (response) => response.writeHead(200).end('{"receiptId":"R-1"}');
    expect(await lookUp()).toEqual({ receiptId: 'R-1', replayed: true });
    expect(seen[0]).toMatchObject({ line: `GET /in/${REFERENCE}?v=2`, headers: { 'x-key': 'key-of-the-spec' } });
    reply = (response) => response.writeHead(404).end();
    expect(await lookUp()).toBeUndefined();
    for (const [status, text] of [[200, ''], [204, ''], [400, ''], [410, ''], [422, ''], [500, ''], [302, '']] as const) {
      reply = (response) => response.writeHead(status).end(text);
      await expect(lookUp()).rejects.toMatchObject({ kind: 'retriable' });
    }
    reply = (response) => response.writeHead(429, { 'retry-after': '3' }).end();
    await expect(lookUp()).rejects.toMatchObject({ kind: 'throttled', retryAfterMs: 3_000 });
  });
});
