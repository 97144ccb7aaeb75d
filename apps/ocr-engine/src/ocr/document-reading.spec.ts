import { createMetrics } from '@docket/observability';
import { DocketError } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WorkerPool } from '../pool/worker-pool.js';
import type { PageReader } from '../reader/page-reader.js';
import { FakeReader } from '../testing/fake-reader.js';
import { ManualClock } from '@docket/contracts';
import { DocumentReading } from './document-reading.js';
import { pageMetrics } from './page-observer.js';

const engine = { name: 'tesseract.js', version: '7.0.0' };
const body = { mediaType: 'application/pdf', bytes: Uint8Array.of(1) } as const;
const never = new AbortController().signal;

describe('DocumentReading', () => {
  const metrics = createMetrics('ocr-engine', 'standard', 'test');
  let readers: FakeReader[];
  let pool: WorkerPool<PageReader>;
  let reading: DocumentReading;

  beforeEach(async () => {
    readers = [new FakeReader(3), new FakeReader(3)];
    const starts = [...readers];
    const start = () => Promise.resolve(starts.shift() ?? new FakeReader());
    pool = new WorkerPool<PageReader>({ size: 2, timeoutMs: 1_000, clock: new ManualClock(), start });
    await pool.start();
    reading = new DocumentReading(pool, { engine, maxPages: 3, observer: pageMetrics(metrics, engine.name) });
    metrics.reset('ocr_pages_total');
    metrics.reset('ocr_page_confidence_ratio');
  });

  afterEach(() => pool.close());

  const calls = () => readers.map((reader) => reader.calls);
  const outcomes = async () =>
    [...(await metrics.text()).matchAll(/ocr_pages_total\{.*?outcome="(\w+)".*\} (\d+)/g)].map(([, outcome, count]) => `${outcome} ${count}`);

  it('reads all pages on all workers and answers in order', async () => {
    const result = reading.read(body, {}, never);
    await vi.waitFor(() => expect(calls()).toMatchObject([[{ page: 2 }], [{ page: 1 }]]));
    readers[0]?.calls[0]?.done();
    await vi.waitFor(() => expect(readers[0]?.calls).toHaveLength(2));
    readers[0]?.calls[1]?.done(0);
    readers[1]?.calls[0]?.done();
    expect(await result).toMatchObject({ engine, pages: [{ page: 1, words: 3 }, { page: 2 }, { page: 3, words: 0, confidence: 0 }] });
    expect(await outcomes()).toEqual(['ok 2', 'empty 1']);
    expect(await metrics.text()).toMatch(/ocr_page_confidence_ratio_sum\{.*\} 1\.83/);
  });

  it('reads the pages asked for, in that order, at that resolution', async () => {
    const result = reading.read(body, { pages: '3,1', dpi: '300' }, never);
    await vi.waitFor(() => expect(calls()).toMatchObject([[{ page: 3, dpi: 300 }], [{ page: 1, dpi: 300 }]]));
    for (const reader of readers) reader.calls[0]?.done();
    expect((await result).pages.map(({ page }) => page)).toEqual([3, 1]);
  });

  it('fails with the first page that fails and takes its waiting pages back', async () => {
    const result = reading.read(body, {}, never);
    await vi.waitFor(() => expect(readers[1]?.calls).toHaveLength(1));
    expect(pool.waiting).toBe(1);
    readers[1]?.calls[0]?.fail(new DocketError('DOCKET_DOCUMENT_CORRUPT', 'damaged', { kind: 'quarantine' }));
    await expect(result).rejects.toMatchObject({ code: 'DOCKET_DOCUMENT_CORRUPT' });
    expect(pool.waiting).toBe(0);
    expect(await outcomes()).toEqual(['failed 1']);
  });

  it('does not count a page that does not exist, nor one whose client has gone', async () => {
    const gone = new AbortController();
    const results = [reading.read(body, { pages: '9' }, never), reading.read(body, { pages: '1' }, gone.signal)];
    await vi.waitFor(() => expect(readers[1]?.calls).toHaveLength(1));
    readers[0]?.calls[0]?.fail(new DocketError('DOCKET_PAGE_MISSING', 'no such page', { kind: 'invalid' }));
    gone.abort(new Error('gone'));
    expect(await Promise.allSettled(results)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await outcomes()).toEqual([]);
  });

  it('refuses a document of more pages than allowed, unless fewer are asked for', async () => {
    const short = new DocumentReading(pool, { engine, maxPages: 2, observer: pageMetrics(metrics, engine.name) });
    await expect(short.read(body, {}, never)).rejects.toMatchObject({ code: 'DOCKET_OCR_QUERY', message: expect.stringContaining('pages') as string });
    expect(calls()).toEqual([[], []]);
  });
});
