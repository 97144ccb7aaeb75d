import 'reflect-metadata';
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { correlationId, grantSubject, HEADER, payloadDigest } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { STREAM, TestDoor } from '../testing/test-door.js';

let door: TestDoor;
beforeEach(async () => (door = await new TestDoor().open()));
afterEach(() => door.close());

type Result = { line: number; status: number; correlationId?: string; location?: string; replayed?: boolean; problem?: { code: string; reason?: string } };

async function send(body: string | Buffer<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Result[]> {
  const { status, text, headers: answered } = await door.post(STREAM, body, { 'content-type': 'application/x-ndjson', ...headers });
  expect(status).toBe(200);
  expect(answered.get('content-type')).toBe('application/x-ndjson');
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line) as Result);
}

/** A stream whose two halves are held by hand. */
async function open(headers: Record<string, string> = {}): Promise<{ out: ClientRequest; answer: Promise<IncomingMessage> }> {
  const out = request(`${door.url}${STREAM}`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson', ...headers } });
  out.on('error', () => undefined);
  const answer = new Promise<IncomingMessage>((resolve) => out.once('response', resolve));
  out.flushHeaders();
  await once(out, 'socket');
  return { out, answer };
}

const grant = (n: number) => JSON.stringify({ grantId: `G-${n}` });

/** Many submissions over one connection: a result a line, in the order of the lines, while the body is still on its way. */
describe('POST /v1/grants/submissions/stream', () => {
  it('answers each line by itself: what is refused stops nothing', async () => {
    const results = await send([grant(1), 'grant', '', '[]', `{"a":"${'x'.repeat(5_000)}"}`, `${grant(2)}\r`, '{"a":1,"\\u0061":2}', grant(3)].join('\n'));
    expect(results.map(({ line, status, problem }) => [line, status, problem?.code])).toEqual([
      [1, 202, undefined], [2, 400, 'DOCKET_POISON_JSON'], [4, 400, 'DOCKET_NOT_AN_OBJECT'], [5, 413, 'DOCKET_BODY_TOO_LARGE'],
      [6, 202, undefined], [7, 400, 'DOCKET_POISON_JSON'], [8, 202, undefined],
    ]);
    expect(door.written.map(({ value }) => String(value))).toEqual([grant(1), grant(2), grant(3)]);
    expect(results[0]?.location).toBe(`http://console/api/v1/units/${String(results[0]?.correlationId)}`);
    expect(door.refusals.sort()).toEqual(['invalid', 'invalid', 'invalid', 'too_large']);
  });

  it('gives each line the key with its number, and knows each again', async () => {
    const body = `${grant(1)}\n\n${grant(2)}\n`;
    const first = await send(body, { 'idempotency-key': '"k"' });
    const again = await send(body, { 'idempotency-key': 'k' });
    expect(door.written.map(({ headers }) => headers[HEADER.id])).toEqual(['k/1', 'k/3']);
    expect(again).toEqual(first.map((result) => ({ ...result, replayed: true })));
    expect((await send(`${grant(9)}\n`, { 'idempotency-key': 'k' }))[0]).toMatchObject({ status: 422, problem: { code: 'DOCKET_IDEMPOTENCY_REUSED' } });
  });

  it('answers a line before the next is sent', async () => {
    const { out, answer } = await open();
    out.write(`${grant(1)}\n`);
    const lines = createInterface({ input: await answer })[Symbol.asyncIterator]();
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ line: 1, status: 202 });
    out.write(`${grant(2)}\n`);
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ line: 2, status: 202 });
    out.end();
    expect((await lines.next()).done).toBe(true);
  });

  it('asks admission for each line that is no replay', async () => {
    await send(`${grant(1)}\n`, { 'idempotency-key': 'k' });
    door.refuse = () => ({ reason: 'shedding', retryAfterSeconds: 7 });
    const results = await send(`${grant(1)}\n${grant(2)}\n`, { 'idempotency-key': 'k' });
    expect(results).toMatchObject([{ status: 202, replayed: true }, { status: 503, problem: { code: 'DOCKET_ADMISSION', reason: 'shedding' } }]);
  });

  it('answers repeats while nothing is let in, by their content or by an outcome, and lets what was refused come again', async () => {
    const [first] = await send(`${grant(1)}\n`);
    const taken = { grantId: 'G-2' };
    const elsewhere = correlationId('county', door.written[0]?.headers['ce_source'] ?? '', 'k/1', grantSubject('county', taken));
    door.door.replays.learn(elsewhere, { digest: payloadDigest(taken), batchTraceId: 'b' }, 0);
    door.refuse = () => ({ reason: 'shedding', retryAfterSeconds: 7 });
    expect(await send(`${grant(1)}\n`)).toEqual([{ ...first, replayed: true }]);
    expect(await send(`${grant(2)}\n`, { 'idempotency-key': 'k' })).toMatchObject([{ status: 202, correlationId: elsewhere, replayed: true }]);
    expect(await send(`${grant(3)}\n`)).toMatchObject([{ status: 503 }]);
    door.refuse = () => undefined;
    expect(await send(`${grant(3)}\n`)).toMatchObject([{ status: 202, replayed: false }]);
    expect(door.written).toHaveLength(2);
  });

  it('takes a hundred thousand lines without holding them', async () => {
    const lines = 100_000;
    const pad = 'x'.repeat(200);
    let inFlight = 0;
    let most = 0;
    door.write = async () => {
      most = Math.max(most, ++inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight--;
    };
    vi.spyOn(door.written, 'push').mockReturnValue(0);
    const { out, answer } = await open();
    const sending = (async () => {
      for (let n = 0; n < lines; n += 100) {
        const block = Array.from({ length: 100 }, (_, at) => `{"grantId":"G-${n + at}","pad":"${pad}"}\n`).join('');
        if (!out.write(block)) await once(out, 'drain');
      }
      out.end();
    })();
    let answered = 0;
    let peak = 0;
    for await (const line of createInterface({ input: await answer })) {
      answered++;
      if (answered % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().external + process.memoryUsage().arrayBuffers);
      expect(line.startsWith(`{"line":${answered},"status":202`)).toBe(true);
    }
    await sending;
    expect(answered).toBe(lines);
    expect(most).toBeLessThanOrEqual(512);
    expect(peak).toBeLessThan(128 * 1024 * 1024);
  }, 60_000);

  it('stops reading while nobody takes the answers, and goes on when somebody does', async () => {
    const { out, answer } = await open();
    const total = 100_000;
    const block = `{"grantId":"G"}x${' '.repeat(600)}\n`.repeat(100);
    let sent = 0;
    let stopped = false;
    // More than the buffers of both sockets hold: if the door went on reading, all of it would go out.
    const sending = (async () => {
      while (sent < total) {
        sent += 100;
        if (!out.write(block)) await once(out, 'drain');
      }
      stopped = true;
      out.end();
    })();
    const response = await answer;
    let before = -1;
    for (let same = 0; same < 20; ) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      same = sent === before ? same + 1 : 0;
      before = sent;
    }
    expect(stopped).toBe(false);
    let answered = 0;
    for await (const _line of createInterface({ input: response })) answered++;
    await sending;
    expect(answered).toBe(total);
  }, 60_000);

  it('ends in silence when the sender goes away, and keeps what was accepted', async () => {
    const { out } = await open();
    out.write(`${grant(1)}\n{"grantId":"half"}`);
    await vi.waitFor(() => expect(door.written).toHaveLength(1));
    out.destroy();
    await vi.waitFor(() => expect(door.clock.pending).toBe(0));
    expect(door.written).toHaveLength(1);
  });

  it('ends a stream on which nothing comes, with a result that says so', async () => {
    const { out, answer } = await open();
    out.write(`${grant(1)}\n{"gr`);
    const lines = createInterface({ input: await answer })[Symbol.asyncIterator]();
    await lines.next();
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    door.clock.advance(60_000);
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ line: 2, status: 408, problem: { code: 'DOCKET_REQUEST_TIMEOUT' } });
    expect((await lines.next()).done).toBe(true);
    // It goes on sending although it has its answer: the connection ends.
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    door.clock.advance(5_000);
    await once(out, 'close');
  });

  it('does not take a sender for idle that waits for its answers', async () => {
    vi.spyOn(door.door.authenticator, 'limitOf').mockReturnValue({ perSecond: 1 / 200, burst: 1 });
    const { out, answer } = await open();
    out.write(`${grant(1)}\n${grant(2)}\n`);
    const lines = createInterface({ input: await answer })[Symbol.asyncIterator]();
    await lines.next();
    await vi.waitFor(() => expect(door.clock.pending).toBe(2));
    for (let minute = 0; minute < 4; minute++) door.clock.advance(60_000);
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ line: 2, status: 202 });
    out.end();
    expect((await lines.next()).done).toBe(true);
  });

  it('ends streams when the service ends: what was answered stands', async () => {
    const { out, answer } = await open();
    out.write(`${grant(1)}\n`);
    const lines = createInterface({ input: await answer })[Symbol.asyncIterator]();
    await lines.next();
    const closed = door.app.close();
    expect(JSON.parse(String((await lines.next()).value))).toMatchObject({ line: 2, status: 503 });
    out.end();
    await closed;
  });

  it('answers a line that fails on our side like any other', async () => {
    door.refuse = () => { throw new Error('ours'); };
    expect(await send(`${grant(1)}\n`)).toMatchObject([{ line: 1, status: 500, problem: { code: 'DOCKET_INTERNAL' } }]);
  });

  it('lets lines above the rate of the tenant wait for their turn', async () => {
    vi.spyOn(door.door.authenticator, 'limitOf').mockReturnValue({ perSecond: 1, burst: 1 });
    const results = send(`${grant(1)}\n${grant(2)}\n${grant(3)}\n`);
    await vi.waitFor(() => expect(door.written).toHaveLength(1));
    door.clock.advance(1_000);
    await vi.waitFor(() => expect(door.written).toHaveLength(2));
    door.clock.advance(1_000);
    expect((await results).map(({ status }) => status)).toEqual([202, 202, 202]);
  });

  it('is one unit ahead of the rate however many lines wait, and none once the sender has gone or the door closes', async () => {
    vi.spyOn(door.door.authenticator, 'limitOf').mockReturnValue({ perSecond: 1, burst: 1 });
    const body = (from: number) => Array.from({ length: 400 }, (_, at) => `${grant(from + at)}\n`).join('');
    const { out } = await open();
    out.write(body(0));
    // Its wait, and that for the next line.
    await vi.waitFor(() => expect(door.clock.pending).toBe(2));
    expect(door.door.limits.take('county')).toBe(2_000);
    out.destroy();
    await vi.waitFor(async () => {
      door.clock.advance(100);
      // A line that still waits has its next timer by then.
      await new Promise((resolve) => setImmediate(resolve));
      expect(door.clock.pending).toBe(0);
    });
    door.clock.advance(10_000);
    const before = door.written.length;
    const results = send(body(1_000));
    await vi.waitFor(() => expect(door.written).toHaveLength(before + 1));
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    const closed = door.app.close();
    await vi.waitFor(() => expect(door.door.closing.signal.aborted).toBe(true));
    door.clock.advance(100);
    const [taken, ...left] = await results;
    expect(taken?.status).toBe(202);
    expect(left.filter(({ problem }) => problem?.code === 'DOCKET_UNAVAILABLE').length).toBe(left.length);
    await closed;
  });
});

/** The connection is open anyway: while less is let in than comes, lines wait for their turn instead of coming again. */
describe('a stream while admission is throttled', () => {
  const throttled = { reason: 'throttled', retryAfterSeconds: 9 } as const;
  /** Lets in so many units, and no more. */
  let tokens = 0;
  beforeEach(() => {
    tokens = 0;
    door.refuse = () => (tokens-- > 0 ? undefined : throttled);
  });
  const lines = (count: number) => Array.from({ length: count }, (_, at) => grant(at)).join('\n');
  /** A step of the wait, and time for what it lets in. */
  const step = async () => {
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    door.clock.advance(100);
  };

  it('paces its lines, in their order, by one question a step however many wait', async () => {
    const asked = vi.spyOn(door.door.admission, 'refuse');
    const results = send(lines(100));
    for (let at = 0; at < 10; at++) {
      await vi.waitFor(() => expect(door.written).toHaveLength(10 * at));
      tokens = 10;
      await step();
    }
    expect((await results).map(({ status }) => status)).toEqual(Array(100).fill(202));
    expect(door.written.map(({ value }) => String(value))).toEqual(Array.from({ length: 100 }, (_, at) => grant(at)));
    expect(asked.mock.calls.length).toBeLessThan(150);
    expect(door.refusals).toEqual([]);
  });

  it('reads no further than the lines that wait', async () => {
    const { out, answer } = await open();
    void answer;
    const block = `${grant(1)}${' '.repeat(1_000)}\n`.repeat(1_000);
    for (let sent = 0; sent < 30; sent++) out.write(block);
    await step();
    await step();
    const before = out.writableLength;
    await step();
    expect(before).toBeGreaterThan(0);
    expect(out.writableLength).toBe(before);
    out.destroy();
  });

  it.each(['shedding', 'blocked'] as const)('refuses all that wait once it is %s', async (reason) => {
    const results = send(lines(3));
    await step();
    door.refuse = () => ({ reason, retryAfterSeconds: 9 });
    await step();
    expect(await results).toMatchObject(Array(3).fill({ status: 503, problem: { code: 'DOCKET_ADMISSION', reason } }));
  });

  it('waits no longer than a stream may take', async () => {
    const results = send(lines(2));
    await step();
    await vi.waitFor(() => expect(door.clock.pending).toBe(1));
    door.clock.advance(3_600_000);
    expect(await results).toMatchObject(Array(2).fill({ status: 503, problem: { reason: 'throttled' } }));
  });

  it('leaves nothing waiting when the sender goes away, or the door closes', async () => {
    const { out } = await open();
    out.write(`${grant(1)}\n`);
    // Its wait, and that for the next line.
    await vi.waitFor(() => expect(door.clock.pending).toBe(2));
    out.destroy();
    await vi.waitFor(() => {
      door.clock.advance(100);
      expect(door.clock.pending).toBe(0);
    });
    const results = send(lines(2));
    await step();
    const closed = door.app.close();
    await vi.waitFor(() => expect(door.door.closing.signal.aborted).toBe(true));
    await step();
    expect(await results).toMatchObject(Array(2).fill({ status: 503 }));
    await closed;
    expect(door.written).toEqual([]);
  });
});
