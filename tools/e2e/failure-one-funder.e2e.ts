/**
 * A funder that is away fills its share of the window and of the retry topics, and no more: what comes for others passes
 * meanwhile, also by way of the same retry topic, and where four times as many of its units are held as would pause the
 * input. When it is back, all that waited comes out once.
 */
import { DocketError } from '@docket/contracts';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench } from './support/stage-bench.js';

const AWAY = Array.from({ length: 400 }, (_, n) => `away-${n}`);
const OTHERS = Array.from({ length: 40 }, (_, n) => `other-${n}`);

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

it('others pass while one funder fills the retry topics', async () => {
  let isAway = true;
  await bench.start(
    (value, { orderKey, attempt }) => {
      if (isAway && value.startsWith('away')) throw new DocketError('DOCKET_THROTTLED', 'later', { kind: 'throttled', retryAfterMs: 300 });
      if (value.startsWith('other') && attempt === 1 && value.endsWith('5')) throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'once', { kind: 'retriable' });
      return pass(value, orderKey);
    },
    { windowRecords: 20, concurrency: 4, maxHeld: 100, retryDelaysMs: [500, 1_000] }, { groupOf: ({ key }) => key?.split('-')[0] ?? '' },
  );
  for (const value of AWAY) void bench.send(value, value);
  await vi.waitFor(() => expect(bench.steps.length).toBeGreaterThan(0), { timeout: 30_000 });
  for (const value of OTHERS) void bench.send(value, value);
  const sorted = (values: readonly string[]) => [...values].sort();
  await vi.waitFor(async () => expect(sorted(await bench.values())).toEqual(sorted(OTHERS)), { timeout: 90_000, interval: 200 });
  isAway = false;
  await vi.waitFor(async () => expect(await bench.values()).toHaveLength(AWAY.length + OTHERS.length), { timeout: 60_000, interval: 300 });
  expect(sorted(await bench.values())).toEqual(sorted([...AWAY, ...OTHERS]));
  expect(bench.critical).toEqual([]);
});
