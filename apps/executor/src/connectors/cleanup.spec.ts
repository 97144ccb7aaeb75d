import { getEventListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isDocketError, systemClock, type Clock, type WorkUnit } from '@docket/contracts';
import { createMetrics } from '@docket/observability';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EnvFileCredentials } from '../credentials/env-file-credentials.js';
import { funderSchema } from '../funders/funder-registry.schema.js';
import { createConnector } from './create-connector.js';

const AT_ONCE = 64;
const DEADLINE_MS = 1_000;
const REFERENCE = '6f1d8a1c-3b7e-4c55-9d0a-52c1f0b7a9e4';
const UNIT: WorkUnit = {
  correlationId: REFERENCE, batchTraceId: REFERENCE, tenant: 'example', kind: 'grant', receivedAt: '2026-11-02T00:00:00.000Z', digest: 'c'.repeat(64),
  payload: { grantId: 'GR-1', applicantOrg: 'Example County', funder: 'hook', requestedAmount: '1000.50', currencyCode: 'USD', submissionDeadline: '2027-03-01' },
};

/** What may become of a unit. The last ones take a deadline each, so they are rarer. */
const COMMON = ['ok', 'refused', 'throttled', 'failed', 'reset', 'cut body', 'aborted', 'aborted before'] as const;
const RARE = ['slow', 'slow body', 'too long', 'not commenced'] as const;
type Path = (typeof COMMON)[number] | (typeof RARE)[number];
const pathOf = (n: number): Path => (n % 40 === 39 ? RARE[Math.floor(n / 40) % RARE.length] : COMMON[n % COMMON.length]) ?? 'ok';

const STATUS: Partial<Record<Path, number>> = { ok: 200, refused: 400, throttled: 429, failed: 500 };
const LONG = 'x'.repeat(300_000);
const STEPS = ['start', 'form', 'submit'];
/** Of success, to whichever call. */
const APPLICATION = '{"receiptId":"R-1","status":200,"message":"Success","data":{"id":"0f8fad5b-d9cb-469f-a165-70867728950e"}}';

const sockets = new Set<Socket>();
/** By the unit's reference: told that its call has arrived. */
const arrivals = new Map<string, () => void>();
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { reference, step } = callOf(request, Buffer.concat(chunks).toString());
      const n = Number(reference.split('-')[1]);
      if (step !== undefined && step !== STEPS[n % STEPS.length]) return void response.end(APPLICATION);
      arrivals.get(reference)?.();
      answer(pathOf(n), response);
    });
  });
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

/** The step is one of CommonGrants, of which one fails; a webhook and its look-up have one call. */
function callOf({ method, url, headers }: IncomingMessage, body: string): { reference: string; step?: string } {
  const key = String(headers['idempotency-key'] ?? '');
  if (url?.includes('/common-grants/')) return { reference: key.split('.')[0] ?? '', step: key.split('.')[1] ?? '' };
  return { reference: method === 'GET' ? (url?.split('/').at(-1) ?? '') : (JSON.parse(body) as { reference: string }).reference };
}

function answer(path: Path, response: ServerResponse): void {
  const status = STATUS[path];
  if (status !== undefined) response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '1' }).end(APPLICATION);
  else if (path === 'reset') response.socket?.resetAndDestroy();
  else if (path === 'cut body') response.writeHead(200, { 'content-length': '100' }).write('{', () => response.destroy());
  else if (path === 'slow body') response.writeHead(200).write('{');
  else if (path === 'too long') response.writeHead(200).end(LONG);
  // The others are left without an answer.
}

/** Counts timers that were set and neither ran nor were cancelled. */
class CountingClock implements Clock {
  pending = 0;
  most = 0;
  now = () => systemClock.now();
  schedule(ms: number, fn: () => void): () => void {
    this.most = Math.max(this.most, ++this.pending);
    let open = true;
    const done = () => {
      if (open) this.pending--;
      open = false;
    };
    const cancel = systemClock.schedule(ms, () => {
      done();
      fn();
    });
    return () => {
      done();
      cancel();
    };
  }
}

function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** OPS-ISOLATION-01, OPS-CLEANUP-01: however a unit ends, it leaves no socket, timer or listener behind, and no unit sees another's. */
describe('sockets, timers and listeners are as before', () => {
  const hook = { connector: 'webhook', auth: { header: 'X-Key', keyEnv: 'KEY' } };
  const lookUp = () => ({ ...hook, repeat: 'look-up', url: `${origin}/in`, lookUpUrl: `${origin}/in/{reference}` });
  const ids = { competitionId: '3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21', formId: '9d4b7a10-5c1e-4b52-8f57-0e6a2c9d1f33' };
  it.each([
    ['a webhook that recognises a key', 10_000, () => ({ ...hook, repeat: 'idempotency-key', url: `${origin}/in` })],
    ['a webhook, each call on a connection of its own', 1_000, () => ({ ...hook, repeat: 'none', url: `${origin}/in` })],
    ['the look-up of a webhook', 1_000, lookUp],
    ['CommonGrants, each step', 3_000, () => ({ connector: 'common-grants', repeat: 'idempotency-key', baseUrl: origin, apiKeyEnv: 'KEY', ...ids })],
  ] as const)('%s: after %i units over every path', async (what, units, entry) => {
    const asks = what.startsWith('the look-up');
    const warnings: string[] = [];
    const onWarning = (warning: Error) => void warnings.push(warning.name);
    process.on('warning', onWarning);
    const clock = new CountingClock();
    const before = resources();
    const funder = funderSchema.parse({
      id: 'hook', deadlineMs: DEADLINE_MS, maxConnections: AT_ONCE, ...entry(),
    });
    const nothing = () => undefined;
    const connector = createConnector(funder, {
      clock, metrics: createMetrics('executor', 'standard', 'spec'), log: { error: nothing, info: nothing },
      credentials: new EnvFileCredentials({ env: { KEY: 'key-of-the-spec' }, clock, onStale: nothing }),
    });
    // Lives as long as the process, as that of a shutdown would.
    const always = new AbortController();
    const ended = new Map<string, number>();
    let listening = 0;
    let most = 0;

    const run = async (n: number) => {
      const path = pathOf(n);
      const reference = `unit-${n}`;
      const own = new AbortController();
      if (path === 'aborted before') own.abort();
      if (path === 'aborted') arrivals.set(reference, () => own.abort());
      const signal = path.startsWith('aborted') ? own.signal : always.signal;
      const commence = () => (path === 'not commenced' ? Promise.reject(new Error('no lease')) : Promise.resolve(Infinity));
      const call = asks ? connector.lookUp?.({ reference, signal }) ?? Promise.resolve() : connector.submit({ unit: UNIT, reference, signal, commence });
      const end = await call.then(() => 'ok', (error: unknown) => (isDocketError(error) ? error.code : 'other'));
      arrivals.delete(reference);
      ended.set(`${path}: ${end}`, (ended.get(`${path}: ${end}`) ?? 0) + 1);
      listening += getEventListeners(own.signal, 'abort').length;
      most = Math.max(most, sockets.size);
    };
    let next = 0;
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      while (next < units) await run(next++);
    }));

    expect(listening + getEventListeners(always.signal, 'abort').length).toBe(0);
    expect(clock.pending).toBe(0);
    // One a call: none of a call that is over.
    expect(clock.most).toBeLessThanOrEqual(AT_ONCE);
    // Those that were cut may not have been seen to close by the other side yet.
    expect(most).toBeLessThanOrEqual(4 * AT_ONCE);
    await connector.close();
    await expect.poll(() => sockets.size).toBe(0);
    // undici's own clock ticks on for a second at most.
    await expect.poll(() => {
      const { TCPSocketWrap = 0, Timeout = 0 } = resources();
      return [TCPSocketWrap <= (before['TCPSocketWrap'] ?? 0), Timeout <= (before['Timeout'] ?? 0) + 2];
    }, { timeout: 5_000 }).toEqual([true, true]);
    process.off('warning', onWarning);
    expect(warnings).toEqual([]);

    // Each path was gone; on a busy machine any call may reach its deadline besides.
    const ends = new Set([...ended.keys()].filter((end) => !end.endsWith(': DOCKET_FUNDER_TIMEOUT') || end.startsWith('slow')));
    expect([...ends].sort()).toEqual([
      'aborted before: DOCKET_FUNDER_STOPPED', 'aborted: DOCKET_FUNDER_STOPPED', 'cut body: DOCKET_FUNDER_UNAVAILABLE', 'failed: DOCKET_FUNDER_UNAVAILABLE',
      // A question commences nothing; one that is refused says nothing of the grant.
      ...(asks ? [] : ['not commenced: other']), 'ok: ok', `refused: DOCKET_FUNDER_${asks ? 'ANSWER' : 'REFUSED'}`, 'reset: DOCKET_FUNDER_UNAVAILABLE', 'slow body: DOCKET_FUNDER_TIMEOUT', 'slow: DOCKET_FUNDER_TIMEOUT',
      'throttled: DOCKET_FUNDER_THROTTLED', 'too long: DOCKET_FUNDER_ANSWER',
    ]);
    expect([...ended.values()].reduce((sum, count) => sum + count, 0)).toBe(units);
  }, 60_000);
});
