import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocketError } from '@docket/contracts';
import { createLogger, createMetrics, type Metrics } from '@docket/observability';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DocumentReading } from '../ocr/document-reading.js';
import { pageMetrics } from '../ocr/page-observer.js';
import { WorkerPool } from '../pool/worker-pool.js';
import type { PageReader } from '../reader/page-reader.js';
import { settingsSchema } from '../settings.js';
import { FakeReader } from '../testing/fake-reader.js';
import { ManualClock } from '@docket/contracts';
import { Admission } from './admission.js';
import { createServer } from './server.js';

const settings = settingsSchema.parse({ maxBodyBytes: 2_000, queueLimit: 2 });
const logger = createLogger('ocr-engine', 'standard', 'fatal');

describe('the HTTP interface', () => {
  let reader: FakeReader;
  let pool: WorkerPool<PageReader>;
  let metrics: Metrics;
  let admission: Admission;
  let app: NestFastifyApplication;
  const clock = new ManualClock();

  beforeEach(async () => {
    reader = new FakeReader(1);
    metrics = createMetrics('ocr-engine', 'standard', 'test');
    pool = new WorkerPool<PageReader>({ size: 1, timeoutMs: 60_000, clock, start: () => Promise.resolve(reader) });
    await pool.start();
    admission = new Admission(settings, () => pool.waiting);
    const engine = { name: 'tesseract.js', version: '7.0.0' };
    const reading = new DocumentReading(pool, { engine, maxPages: 5, observer: pageMetrics(metrics, engine.name) });
    app = await createServer({ settings, logger, metrics }, reading, admission);
  });

  afterEach(async () => {
    await pool.close();
    await app.close();
  });

  const post = (payload: string | Buffer = 'a document', contentType: string | undefined = 'application/pdf', query = '') =>
    app.inject({ method: 'POST', url: `/v1/ocr${query}`, payload, headers: contentType ? { 'content-type': contentType } : {} });
  const begun = (pages: number) => vi.waitFor(() => expect(reader.calls).toHaveLength(pages));
  const code = (answer: { readonly body: string }) => (JSON.parse(answer.body) as { code: string }).code;

  it('answers with the text of the pages', async () => {
    const answer = post();
    await begun(1);
    expect(Buffer.from(reader.calls[0]?.document.bytes ?? []).toString()).toBe('a document');
    reader.calls[0]?.done();
    const { statusCode, headers, json } = await answer;
    expect({ statusCode, type: headers['content-type'], cache: headers['cache-control'] }).toEqual({
      statusCode: 200,
      type: 'application/json; charset=utf-8',
      cache: 'no-store',
    });
    expect(json()).toEqual({
      engine: { name: 'tesseract.js', version: '7.0.0' },
      pages: [{ page: 1, text: 'text of page 1', words: 3, confidence: 91.5, ms: 2_000 }],
    });
    expect(await metrics.text()).toContain('docket_http_requests_total{method="POST",route="/v1/ocr",status="200",component="ocr-engine",lane="standard"} 1');
  });

  it.each([
    ['DOCKET_DOCUMENT_ENCRYPTED', 'quarantine', 422],
    ['DOCKET_DOCUMENT_CORRUPT', 'quarantine', 422],
    ['DOCKET_DOCUMENT_TOO_LARGE', 'quarantine', 422],
    ['DOCKET_PAGE_MISSING', 'invalid', 422],
    ['DOCKET_OCR_WORKER', 'retriable', 503],
  ] as const)('tells of %s as a problem', async (error, kind, status) => {
    const answer = post();
    await begun(1);
    reader.calls[0]?.fail(new DocketError(error, 'why', { kind }));
    const { statusCode, headers, json } = await answer;
    expect(statusCode).toBe(status);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(headers['retry-after']).toBe(kind === 'retriable' ? '1' : undefined);
    expect(json()).toMatchObject({ status, code: error, detail: 'why' });
  });

  it('answers 504 when a page takes too long', async () => {
    const answer = post();
    await begun(1);
    clock.advance(60_000);
    expect(code(await answer)).toBe('DOCKET_OCR_TIMEOUT');
    expect((await answer).statusCode).toBe(504);
  });

  it('hides what an unexpected failure says', async () => {
    const answer = post();
    await begun(1);
    reader.calls[0]?.fail(new Error('text of a document'));
    expect((await answer).statusCode).toBe(500);
    expect((await answer).body).not.toContain('text of a document');
  });

  it('refuses what is no document', async () => {
    const statuses = async (answers: ReturnType<typeof post>[]) => (await Promise.all(answers)).map((answer) => `${answer.statusCode} ${code(answer)}`);
    expect(await statuses([post('{}', 'application/json'), post('?', '')])).toEqual(['415 DOCKET_MEDIA_TYPE', '415 DOCKET_MEDIA_TYPE']);
    expect(await statuses([post(''), post('a', 'application/pdf', '?page=1')])).toEqual(['400 DOCKET_BODY_EMPTY', '400 DOCKET_OCR_QUERY']);
    expect(await statuses([post(Buffer.alloc(2_001))])).toEqual(['413 DOCKET_BODY_TOO_LARGE']);
    const elsewhere = await app.inject({ method: 'GET', url: '/v2' });
    expect({ status: elsewhere.statusCode, code: code(elsewhere) }).toEqual({ status: 404, code: 'DOCKET_NOT_FOUND' });
    expect(reader.calls).toEqual([]);
  });

  it('refuses documents with 429 and Retry-After while the queue is full, and takes them again afterwards', async () => {
    const answers = [post(), post()];
    await begun(1);
    const refused = await post();
    expect({ status: refused.statusCode, code: code(refused), wait: refused.headers['retry-after'] }).toEqual({
      status: 429,
      code: 'DOCKET_OCR_BUSY',
      wait: '6',
    });
    reader.calls[0]?.done();
    await begun(2);
    reader.calls[1]?.done();
    expect((await Promise.all(answers)).map((answer) => answer.statusCode)).toEqual([200, 200]);
    const third = post();
    await begun(3);
    reader.calls[2]?.done();
    expect((await third).statusCode).toBe(200);
  });

  it('refuses documents with 503 while shutting down', async () => {
    await admission.close(clock, 1_000);
    const refused = await post();
    expect({ status: refused.statusCode, code: code(refused), wait: refused.headers['retry-after'] }).toEqual({
      status: 503,
      code: 'DOCKET_OCR_CLOSED',
      wait: '1',
    });
  });

  it('takes the waiting pages of a client that has gone', async () => {
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const gone = request({ port, method: 'POST', path: '/v1/ocr?pages=1,2,3', headers: { 'content-type': 'application/pdf' } });
    gone.on('error', () => undefined);
    gone.end('a document');
    await vi.waitFor(() => expect(pool.waiting).toBe(2));
    gone.destroy();
    await vi.waitFor(() => expect(pool.waiting).toBe(0));
    expect(reader.calls).toHaveLength(1);
  });
});
