import 'reflect-metadata';
import { once } from 'node:events';
import { connect, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GRANTS, STREAM, TestDoor } from '../testing/test-door.js';

let door: TestDoor;
let socket: Socket;
let received: string;
let ended: Promise<unknown>;

beforeEach(async () => {
  door = await new TestDoor().open();
  // Half open: that the door ends its half does not end what this side still sends.
  socket = connect({ port: Number(new URL(door.url).port), host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  received = '';
  ended = new Promise((resolve) => socket.once('end', resolve));
  socket.on('data', (bytes: Buffer) => (received += bytes.toString()));
  await once(socket, 'connect');
});
afterEach(async () => {
  socket.destroy();
  await door.close();
});

const post = (path: string, headers: string, body = '') => socket.write(`POST ${path} HTTP/1.1\r\nhost: a\r\n${headers}\r\n\r\n${body}`);
const JSON_OF = (bytes: number) => `content-type: application/json\r\ncontent-length: ${bytes}`;
/** Status lines that came so far. */
const statuses = () => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
const answered = (...expected: number[]) => vi.waitFor(() => expect(statuses()).toEqual(expected));
const connections = () => promisify<number>((done) => (door.app.getHttpServer() as Server).getConnections(done))();
/** Waits until the door has handled what was sent last. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

/**
 * A connection ends only where its sender was told so: after an answer without `Connection: close` the next request on it is
 * answered, whatever became of the body of the one before.
 */
describe('a connection after an answer that came before the body', () => {
  const early: readonly [string, string, number][] = [
    ['not let in', 'content-type: application/json', 503],
    ['another media type', 'content-type: text/plain', 415],
  ];

  it.each(early)('goes on where the rest is small: %s', async (_what, type, status) => {
    if (status === 503) door.refuse = () => ({ reason: 'shedding', retryAfterSeconds: 9 });
    post(GRANTS, `${type}\r\ncontent-length: 2000`);
    await answered(status);
    expect(received).not.toMatch(/connection: close/i);
    door.refuse = () => undefined;
    socket.write('x'.repeat(2_000));
    post(GRANTS, JSON_OF(2), '{}');
    await answered(status, 202);
    // Nothing of the first request ends it later.
    door.clock.advance(60_000);
    await settled();
    post(GRANTS, JSON_OF(2), '{}');
    await answered(status, 202, 202);
  });

  it.each(early)('is announced to end where nobody knows how much comes: %s', async (_what, type, status) => {
    if (status === 503) door.refuse = () => ({ reason: 'shedding', retryAfterSeconds: 9 });
    post(GRANTS, `${type}\r\ntransfer-encoding: chunked`, '5\r\naaaaa\r\n');
    await answered(status);
    expect(received).toMatch(/connection: close/i);
    await ended;
    // What is on its way is read, so that the sender can read the answer; but no request after it is taken.
    socket.write('0\r\n\r\n');
    post(GRANTS, JSON_OF(2), '{}');
    await vi.waitFor(async () => expect(await connections()).toBe(0));
    expect(statuses()).toEqual([status]);
    expect(door.written).toEqual([]);
  });

  it('is announced to end where the rest is large', async () => {
    post(GRANTS, JSON_OF(10_000_000));
    await answered(413);
    expect(received).toMatch(/connection: close/i);
  });

  it.each([1, 8])('is announced to end where a batch is too large, in %d pieces', async (pieces) => {
    const body = '{"documentId":1}\n'.repeat(20_000);
    post('/v1/records/batches', `content-type: application/x-ndjson\r\ncontent-length: ${body.length}`);
    for (let from = 0; from < body.length; from += body.length / pieces) {
      socket.write(body.slice(from, from + body.length / pieces));
      await settled();
    }
    await answered(413);
    expect(received).toMatch(/connection: close/i);
    expect(received).toContain('"code":"DOCKET_BODY_TOO_LARGE"');
    await ended;
  });

  it('ends where the rest does not come', async () => {
    post(GRANTS, 'content-type: text/plain\r\ncontent-length: 2000', 'x');
    await answered(415);
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    door.clock.advance(30_000);
    await ended;
  });

  it('ends with a stream, which says so when it begins', async () => {
    post(STREAM, 'content-type: application/x-ndjson\r\ntransfer-encoding: chunked', 'd\r\n{"grantId":1}\r\n1\r\n\n\r\n');
    await vi.waitFor(() => expect(received).toContain('"line":1,"status":202'));
    expect(received).toMatch(/connection: close/i);
    socket.write('0\r\n\r\n');
    await ended;
  });

  it('is announced to end by what is answered while the door closes', async () => {
    let release = (): void => undefined;
    door.write = () => new Promise((resolve) => (release = resolve));
    post(GRANTS, JSON_OF(2), '{}');
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    const closed = door.app.close();
    await vi.waitFor(() => expect(door.door.closing.signal.aborted).toBe(true));
    release();
    await answered(202);
    expect(received).toMatch(/connection: close/i);
    await closed;
  });
});

/** What fails before there is a route is answered like everything else: by a problem of the catalogue. */
describe('requests that no route sees', () => {
  it.each([
    ['no host', 'POST /v1/grants/submissions HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}', 400, 'DOCKET_BAD_REQUEST'],
    ['no host on any resource', 'GET /problems HTTP/1.1\r\n\r\n', 400, 'DOCKET_BAD_REQUEST'],
    ['a broken escape', 'POST /v1/grants/submissions/%zz HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{}', 400, 'DOCKET_BAD_REQUEST'],
    ['a broken escape in a name', 'GET /problems/%zz HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'DOCKET_BAD_REQUEST'],
    ['a long name', `GET /problems/${'x'.repeat(200)} HTTP/1.1\r\nhost: a\r\n\r\n`, 404, 'DOCKET_NOT_FOUND'],
    ['a broken target', 'GET http://[::1 HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'DOCKET_BAD_REQUEST'],
    ['another target', 'GET http://a:b:c/problems HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'DOCKET_BAD_REQUEST'],
    ['a tunnel', 'CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'DOCKET_BAD_REQUEST'],
    ['an upgrade', 'GET /nothing HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n', 404, 'DOCKET_NOT_FOUND'],
    ['another expectation', 'POST /v1/grants/submissions HTTP/1.1\r\nhost: a\r\nexpect: 200-ok\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}', 417, 'DOCKET_EXPECTATION'],
  ])('answers %s with a problem', async (_what, bytes, status, code) => {
    socket.write(bytes);
    await vi.waitFor(() => expect(received).toContain('\r\n\r\n{'));
    const [head = '', body = '{}'] = received.split('\r\n\r\n');
    expect(head).toMatch(/content-type: application\/problem\+json/i);
    expect([statuses(), JSON.parse(body)]).toMatchObject([[status], { status, code }]);
    expect(door.written).toEqual([]);
  });

  it('still waits for a body that is announced', async () => {
    post(GRANTS, `expect: 100-continue\r\n${JSON_OF(2)}`);
    await answered(100);
    socket.write('{}');
    await answered(100, 202);
  });
});
