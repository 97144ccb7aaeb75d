import 'reflect-metadata';
import { once } from 'node:events';
import { connect } from 'node:net';
import { DocketError } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { byCredentials, type Authenticator } from '../auth/authenticator.js';
import { ApiKeys } from '../auth/api-keys.js';
import type { CredentialFile, CredentialSet } from '../auth/credential-file.js';
import type { Limit } from '../auth/credentials.schema.js';
import { newKey } from '../testing/credentials.js';
import { GRANTS, RECORDS, STREAM, TestDoor } from '../testing/test-door.js';

const county = newKey();
const city = newKey();
const limits: Record<string, Limit> = {};
let door: TestDoor;

function keys(clock: TestDoor['clock']): Authenticator {
  const set: Partial<CredentialSet> = {
    keys: new ApiKeys([
      { id: 'county', hash: county.hash, tenant: 'county', pipelines: ['grants'] }, { id: 'city', hash: city.hash, tenant: 'city', pipelines: ['grants', 'records'] },
    ]),
    limitOf: (tenant) => limits[tenant],
  };
  return byCredentials({ current: set } as unknown as CredentialFile, clock);
}

beforeEach(async () => {
  delete limits['county'];
  const made = new TestDoor();
  door = await made.open({}, keys(made.clock));
});
afterEach(() => door.close());

const send = (path: string, body: string, headers: Record<string, string> = {}, { key } = county) => door.post(path, body, { 'x-api-key': key, ...headers });
const busy = () => ({ reason: 'shedding', retryAfterSeconds: 40 }) as const;

/** Who may not come in is told before its body is read, the cheapest reason first; what makes no work always comes in. */
describe('the order of checks', () => {
  it('asks for the credential first, then the pipeline, then the rate, then admission', async () => {
    limits['county'] = { perSecond: 1, burst: 1 };
    door.refuse = busy;
    expect(await door.post(GRANTS, '{}')).toMatchObject({ status: 401, body: { code: 'DOCKET_UNAUTHENTICATED' } });
    expect(await send(RECORDS, '[{}]')).toMatchObject({ status: 403, body: { code: 'DOCKET_FORBIDDEN' } });
    expect(await send(GRANTS, '{}')).toMatchObject({ status: 503, body: { code: 'DOCKET_ADMISSION', reason: 'shedding', retryAfterSeconds: 40 } });
    expect(await send(GRANTS, '{}')).toMatchObject({ status: 429, body: { code: 'DOCKET_RATE_LIMIT' } });
    expect(door.refusals).toEqual(['unauthenticated', 'forbidden', 'shedding', 'rate_limited']);
  });

  it('says by which schemes one can authenticate, and when to come again', async () => {
    expect((await door.post(GRANTS, '{}')).headers.get('www-authenticate')).toBe('Bearer realm="docket", ApiKey realm="docket"');
    door.refuse = busy;
    expect((await send(GRANTS, '{}')).headers.get('retry-after')).toBe('40');
  });

  it('asks admission before the body is there', async () => {
    door.refuse = busy;
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
    socket.write(`POST ${GRANTS} HTTP/1.1\r\nhost: a\r\nx-api-key: ${county.key}\r\ncontent-type: application/json\r\ncontent-length: 4000\r\n\r\n`);
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    expect(bytes.toString()).toContain('HTTP/1.1 503');
    socket.destroy();
  });

  it('lets replays of known keys in whatever the load, of the same tenant only, and produces nothing for them', async () => {
    const first = await send(GRANTS, '{"grantId":"G"}', { 'idempotency-key': '"k"' });
    door.refuse = busy;
    const again = await send(GRANTS, '{ "grantId": "G" }', { 'idempotency-key': 'k' });
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect([again.headers.get('idempotency-replayed'), again.headers.get('location')]).toEqual(['true', first.headers.get('location')]);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(await send(GRANTS, '{"grantId":"other"}', { 'idempotency-key': 'k' })).toMatchObject({ status: 422, body: { code: 'DOCKET_IDEMPOTENCY_REUSED' } });
    expect(await send(GRANTS, '{"grantId":"G"}', { 'idempotency-key': 'k' }, city)).toMatchObject({ status: 503 });
    expect(door.written).toHaveLength(1);
    expect(door.counted.filter(({ name }) => name === 'intake_replayed_total')).toHaveLength(1);
  });

  it('knows a batch again by its key or its content, asks admission once before its body and charges it for the rest', async () => {
    const asked: number[] = [];
    door.refuse = (units) => void asked.push(units);
    const charged = vi.spyOn(door.door.admission, 'charge');
    for (const headers of [{ 'idempotency-key': 'k' }, {}] as Record<string, string>[]) {
      const first = await send(RECORDS, '[{"digest":"a"},{"digest":"b"}]', headers, city);
      const again = await send(RECORDS, '[{"digest":"a"},{ "digest":"b"}]', headers, city);
      expect(again).toMatchObject({ status: 202, body: first.body });
      expect(again.headers.get('idempotency-replayed')).toBe('true');
    }
    expect(door.written).toHaveLength(4);
    // The repeat without a key is known only when its body was read.
    expect(asked).toEqual([1, 1, 1]);
    expect(charged.mock.calls).toEqual([['record', 1], ['record', 1]]);
  });

  it('takes a whole batch where one more unit is let in, and never refuses it after its body', async () => {
    let tokens = 1;
    door.refuse = () => (tokens-- > 0 ? undefined : { reason: 'throttled', retryAfterSeconds: 3 });
    expect((await send(RECORDS, '[{"a":1},{"a":2},{"a":3}]', {}, city)).status).toBe(202);
    expect((await send(RECORDS, '[{"a":4}]', {}, city)).status).toBe(503);
    expect(door.written).toHaveLength(3);
  });

  it('charges a batch for all of its units', async () => {
    limits['city'] = { perSecond: 1, burst: 2 };
    expect((await send(RECORDS, '[{"a":1},{"a":2},{"a":3},{"a":4}]', {}, city)).status).toBe(202);
    const { status, headers } = await send(GRANTS, '{}', {}, city);
    expect([status, headers.get('retry-after')]).toEqual([429, '3']);
    delete limits['city'];
  });

  it('lets a submission be sent again whose fate is not known: it gets the same id', async () => {
    door.write = () => Promise.reject(new DocketError('DOCKET_PRODUCE', 'no', { kind: 'retriable' }));
    expect(await send(GRANTS, '{}', { 'idempotency-key': 'k' })).toMatchObject({ status: 503, body: { code: 'DOCKET_UNAVAILABLE' } });
    door.write = () => Promise.resolve();
    const again = await send(GRANTS, '{}', { 'idempotency-key': 'k' });
    expect(again.status).toBe(202);
    expect(again.headers.get('idempotency-replayed')).toBeNull();
    expect(door.written).toHaveLength(1);
  });

  it('writes each tenant under its own source', async () => {
    await send(GRANTS, '{}');
    await send(GRANTS, '{}', {}, city);
    expect(door.written.map(({ headers }) => headers['ce_source'])).toEqual(['/tenants/county/http', '/tenants/city/http']);
  });
});

/** Grants are for the standard lane; the others take records, with the same checks. */
it('takes records only in another lane, and its document says so', async () => {
  const other = new TestDoor();
  await other.open({ lane: 'classified' }, keys(other.clock));
  try {
    expect((await other.post(GRANTS, '{}', { 'x-api-key': county.key })).status).toBe(404);
    expect((await other.post(RECORDS, '[{}]', { 'x-api-key': county.key })).status).toBe(403);
    expect((await other.post(RECORDS, '[{}]', { 'x-api-key': city.key })).status).toBe(202);
    expect(other.written.map(({ topic }) => topic)).toEqual(['records.classified.submissions']);
    const { paths } = (await (await fetch(`${other.url}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(paths)).toEqual([RECORDS, '/problems', '/problems/{slug}']);
  } finally {
    await other.close();
  }
});

/** What is not plain HTTP of the expected form is refused by name. */
describe('the form of a request', () => {
  const raw = async (bytes: string) => {
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
    socket.write(bytes);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    const [head = '', body = '{}'] = answer.toString().split('\r\n\r\n');
    return { head, body: JSON.parse(body) as Record<string, unknown> };
  };

  it.each<[string, string, string, Record<string, string>, number, string]>([
    ['query parameters', `${GRANTS}?dryRun=true`, '{}', {}, 400, 'DOCKET_BAD_REQUEST'],
    ['a digest of many', STREAM, '{}', { 'content-type': 'application/x-ndjson', 'docket-digest': '0'.repeat(64) }, 400, 'DOCKET_BAD_REQUEST'],
    ['a compressed body', GRANTS, 'x', { 'content-encoding': 'gzip' }, 415, 'DOCKET_MEDIA_TYPE'],
    ['lines where one is expected', GRANTS, '{}', { 'content-type': 'application/x-ndjson' }, 415, 'DOCKET_MEDIA_TYPE'],
    ['one where lines are expected', STREAM, '{}', {}, 415, 'DOCKET_MEDIA_TYPE'],
    ['a key in broken quotes', GRANTS, '{}', { 'idempotency-key': '"a' }, 400, 'DOCKET_IDEMPOTENCY_KEY'],
    ['a key that is empty in its quotes', GRANTS, '{}', { 'idempotency-key': '""' }, 400, 'DOCKET_IDEMPOTENCY_KEY'],
    ['too many headers', GRANTS, '{}', Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`x-${at}`, '1'])), 431, 'DOCKET_HEADERS_TOO_LARGE'],
    ['a long URL', `${GRANTS}/${'x'.repeat(2_100)}`, '{}', {}, 414, 'DOCKET_URL_TOO_LONG'],
  ])('refuses %s', async (_what, path, body, headers, status, code) => {
    expect(await send(path, body, headers)).toMatchObject({ status, body: { code, type: `/problems/${code.slice(7).toLowerCase().replaceAll('_', '-')}` } });
    expect(door.written).toEqual([]);
  });

  it('names the methods that a path takes', async () => {
    for (const [method, path, allow] of [['GET', GRANTS, 'OPTIONS, POST'], ['DELETE', '/problems/internal', 'GET, HEAD, OPTIONS'], ['PUT', '/openapi.json', 'GET, HEAD, OPTIONS']] as const) {
      const response = await fetch(`${door.url}${path}`, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, allow]);
      expect(await response.json()).toMatchObject({ code: 'DOCKET_METHOD' });
      const options = await fetch(`${door.url}${path}`, { method: 'OPTIONS' });
      expect([options.status, options.headers.get('allow')]).toEqual([204, allow]);
    }
    expect((await fetch(`${door.url}/problems`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${door.url}/nothing`, { method: 'OPTIONS' })).status).toBe(404);
  });

  it.each([
    ['what is not HTTP', 'hello\r\n\r\n', 400, 'DOCKET_BAD_REQUEST'],
    ['two lengths', `POST ${GRANTS} HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}`, 400, 'DOCKET_BAD_REQUEST'],
    ['a length and chunks', `POST ${GRANTS} HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`, 400, 'DOCKET_BAD_REQUEST'],
    ['headers above 16 KiB', `POST ${GRANTS} HTTP/1.1\r\nhost: a\r\nx: ${'x'.repeat(17_000)}\r\n\r\n`, 431, 'DOCKET_HEADERS_TOO_LARGE'],
  ])('answers %s with a problem, and ends the connection', async (_what, bytes, status, code) => {
    const { head, body } = await raw(bytes);
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} [\\s\\S]*connection: close`));
    expect(body).toMatchObject({ status, code });
  });

  it('gives a body thirty seconds, then answers and ends the connection', async () => {
    const socket = connect(Number(new URL(door.url).port), '127.0.0.1');
    socket.write(`POST ${GRANTS} HTTP/1.1\r\nhost: a\r\nx-api-key: ${county.key}\r\ncontent-type: application/json\r\ncontent-length: 10\r\n\r\n{`);
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    door.clock.advance(29_999);
    expect(door.clock.pending).toBe(1);
    door.clock.advance(1);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('HTTP/1.1 408');
    await once(socket, 'close');
  });

  it('counts the time of the body only, not that of the broker', async () => {
    const slow = new TestDoor();
    await slow.open({ ackTimeoutMs: 60_000 }, keys(slow.clock));
    let ack = (): void => undefined;
    slow.write = () => new Promise((resolve) => (ack = resolve));
    const answer = slow.post(GRANTS, '{}', { 'x-api-key': county.key });
    await vi.waitFor(() => expect(slow.clock.pending).toBe(1));
    slow.clock.advance(31_000);
    ack();
    expect((await answer).status).toBe(202);
    await slow.close();
  });

  it('leaves no timer behind a request', async () => {
    await send(GRANTS, '{}');
    await send(GRANTS, '[');
    await send(GRANTS, 'x'.repeat(5_000));
    await vi.waitFor(() => expect(door.clock.pending).toBe(0));
  });
});
