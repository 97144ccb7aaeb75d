import { beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeReader } from '../testing/fake-reader.js';
import { ManualClock } from '@docket/contracts';
import { WorkerPool } from './worker-pool.js';

const document = { id: 1, mediaType: 'application/pdf', bytes: new Uint8Array() } as const;
const never = new AbortController().signal;

describe('WorkerPool', () => {
  let clock: ManualClock;
  let readers: FakeReader[];
  let failures: unknown[];
  let startError: Error | undefined;

  beforeEach(() => {
    clock = new ManualClock();
    readers = [];
    failures = [];
    startError = undefined;
  });

  function poolOf(size: number) {
    const start = () => {
      if (startError) return Promise.reject(startError);
      const reader = new FakeReader();
      readers.push(reader);
      return Promise.resolve(reader);
    };
    return new WorkerPool<FakeReader>({ size, timeoutMs: 60_000, start, clock, onFailure: (error) => failures.push(error) });
  }

  async function started(size: number) {
    const pool = poolOf(size);
    await pool.start();
    return pool;
  }

  const page = (number: number) => (reader: FakeReader) => reader.readPage(document, number, 200);
  const pages = () => readers.map((reader) => reader.calls.map((call) => call.page));

  it('gives each worker one job at a time, first come first served', async () => {
    const pool = await started(2);
    const all = [1, 2, 3, 4].map((number) => pool.run(page(number), never));
    expect(pages()).toEqual([[1], [2]]);
    expect(pool.waiting).toBe(2);

    readers[1]?.calls[0]?.done();
    await all[1];
    await vi.waitFor(() => expect(pages()).toEqual([[1], [2, 3]]));
    readers[0]?.calls[0]?.done();
    readers[1]?.calls[1]?.done();
    await vi.waitFor(() => expect(pages()).toEqual([[1, 4], [2, 3]]));
    readers[0]?.calls[1]?.done();
    expect((await Promise.all(all)).map((text) => text.page)).toEqual([1, 2, 3, 4]);
    expect(clock.pending).toBe(0);
  });

  it('rejects a job past its time although its worker never answers, and replaces the worker', async () => {
    const pool = await started(1);
    const late = pool.run(page(1), never);
    const next = pool.run(page(2), never);
    clock.advance(60_000);
    await expect(late).rejects.toMatchObject({ code: 'DOCKET_OCR_TIMEOUT', retriable: true });
    expect(readers[0]?.stopped).toBe(true);
    expect(failures).toMatchObject([{ code: 'DOCKET_OCR_TIMEOUT' }]);

    await vi.waitFor(() => expect(pages()).toEqual([[1], [2]]));
    readers[1]?.calls[0]?.done();
    await expect(next).resolves.toMatchObject({ page: 2 });
  });

  it('keeps a worker whose job failed but which is still usable', async () => {
    const pool = await started(1);
    const bad = pool.run(page(1), never);
    readers[0]?.calls[0]?.fail(new Error('damaged'));
    await expect(bad).rejects.toThrow('damaged');
    const good = pool.run(page(2), never);
    await vi.waitFor(() => expect(pages()).toEqual([[1, 2]]));
    readers[0]?.calls[1]?.done();
    await good;
    expect(failures).toEqual([]);
  });

  it('replaces a worker that is unusable after a job', async () => {
    const pool = await started(1);
    const bad = pool.run(page(1), never);
    Object.assign(readers[0] ?? {}, { usable: false });
    readers[0]?.calls[0]?.fail(new Error('crashed'));
    await expect(bad).rejects.toThrow('crashed');
    await vi.waitFor(() => expect(readers).toHaveLength(2));
    expect(readers[0]?.stopped).toBe(true);
    await vi.waitFor(() => expect(pool.ready).toBe(true));
  });

  it('is not ready while its only worker cannot be restarted, and tries again later and later', async () => {
    const pool = await started(1);
    const late = pool.run(page(1), never);
    startError = new Error('no language data');
    clock.advance(60_000);
    await expect(late).rejects.toThrow();
    await vi.waitFor(() => expect(failures).toHaveLength(2));
    expect(pool.ready).toBe(false);

    clock.advance(1_000);
    await vi.waitFor(() => expect(failures).toHaveLength(3));
    startError = undefined;
    clock.advance(1_000);
    expect(readers).toHaveLength(1);
    clock.advance(1_000);
    await vi.waitFor(() => expect(pool.ready).toBe(true));
  });

  it('never begins a waiting job whose caller has gone', async () => {
    const pool = await started(1);
    const first = pool.run(page(1), never);
    const gone = new AbortController();
    const second = pool.run(page(2), gone.signal);
    const third = pool.run(page(3), never);
    gone.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    await expect(pool.run(page(4), gone.signal)).rejects.toThrow('gone');
    readers[0]?.calls[0]?.done();
    await first;
    await vi.waitFor(() => expect(pages()).toEqual([[1, 3]]));
    readers[0]?.calls[1]?.done();
    await third;
  });

  it('lets the caller of a begun job go at once, and gives the worker no second job meanwhile', async () => {
    const pool = await started(1);
    const gone = new AbortController();
    const first = pool.run(page(1), gone.signal);
    const second = pool.run(page(2), never);
    gone.abort(new Error('gone'));
    await expect(first).rejects.toThrow('gone');
    expect(pages()).toEqual([[1]]);
    readers[0]?.calls[0]?.done();
    await vi.waitFor(() => expect(pages()).toEqual([[1, 2]]));
    readers[0]?.calls[1]?.done();
    await second;
  });

  it('rejects all jobs and leaves no worker and no timer when closed', async () => {
    const pool = await started(1);
    const jobs = [pool.run(page(1), never), pool.run(page(2), never)];
    const settled = Promise.allSettled(jobs);
    await pool.close();
    expect(await settled).toMatchObject([{ reason: { code: 'DOCKET_OCR_CLOSED' } }, { reason: { code: 'DOCKET_OCR_CLOSED' } }]);
    await expect(pool.run(page(3), never)).rejects.toMatchObject({ code: 'DOCKET_OCR_CLOSED' });
    expect(readers.every((reader) => reader.stopped)).toBe(true);
    clock.advance(60_000);
    expect(readers).toHaveLength(1);
  });

  it('stops the workers that did start where one does not, and throws', async () => {
    const good = new FakeReader();
    const starts = [Promise.resolve(good), Promise.reject(new Error('out of memory'))];
    const pool = new WorkerPool<FakeReader>({ size: 2, timeoutMs: 1_000, clock, start: () => starts.shift() ?? Promise.reject(new Error()) });
    await expect(pool.start()).rejects.toThrow('out of memory');
    expect(good.stopped).toBe(true);
    expect(pool.ready).toBe(false);
  });

  it('gives up a start that takes too long', async () => {
    const pool = new WorkerPool<FakeReader>({
      size: 1,
      timeoutMs: 1_000,
      clock,
      start: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    });
    const starting = pool.start();
    clock.advance(60_000);
    await expect(starting).rejects.toMatchObject({ code: 'DOCKET_OCR_TIMEOUT' });
  });
});
