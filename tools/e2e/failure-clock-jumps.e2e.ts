/**
 * A wall clock that is set forward or back while units wait for their retry: none is tried before its due time by that
 * clock, none is lost, and each comes out once, soon after the clock shows its time.
 */
import { DocketError, systemClock } from '@docket/contracts';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench, type Handle } from './support/stage-bench.js';

const HOUR_MS = 3_600_000;
const DELAY_MS = 1_000;

let bench: StageBench;
let moved: number;
let failedAt: Map<string, number>;
let early: string[];
beforeEach(async () => {
  moved = 0;
  failedAt = new Map();
  early = [];
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

const clock = { ...systemClock, now: () => systemClock.now() + moved };

/** Fails at the first try. */
const handle: Handle = (value, { orderKey, attempt }) => {
  if (attempt === 1) {
    failedAt.set(value, clock.now());
    throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'once', { kind: 'retriable' });
  }
  if (clock.now() - (failedAt.get(value) ?? 0) < DELAY_MS) early.push(value);
  return pass(value, orderKey);
};

/** Sends a unit and resolves when it waits for its retry. */
async function fail(value: string): Promise<void> {
  await bench.send(value, value);
  await vi.waitFor(async () => expect(await bench.values('executor.retry.1')).toContain(value), { timeout: 30_000, interval: 50 });
}

it('set forward by an hour', async () => {
  await bench.start(handle, { retryDelaysMs: [DELAY_MS] }, { clock });
  await fail('a');
  moved = HOUR_MS;
  await fail('b');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a', 'b']), { timeout: 30_000, interval: 200 });
  expect(early).toEqual([]);
  expect(bench.critical).toEqual([]);
});

it('set back by an hour, and right again', async () => {
  await bench.start(handle, { retryDelaysMs: [DELAY_MS] }, { clock });
  await fail('a');
  moved = -HOUR_MS;
  await fail('b');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['b']), { timeout: 30_000, interval: 200 });
  moved = 0;
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['b', 'a']), { timeout: 15_000, interval: 200 });
  expect(early).toEqual([]);
  expect(bench.critical).toEqual([]);
});
