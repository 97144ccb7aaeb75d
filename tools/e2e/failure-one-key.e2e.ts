/**
 * Where all units of one key fail, only that key waits: what comes for other keys of the same partition passes at once.
 * The key keeps its order to the end, and what never succeeds is in the dead-letter topic.
 */
import { DocketError } from '@docket/contracts';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { byKey, pass, StageBench } from './support/stage-bench.js';

const DELAY_MS = 2_000;

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

it('a key that fails stands in no other key’s way', async () => {
  const latency: number[] = [];
  const away = new Set(['bad1', 'bad2', 'bad3']);
  await bench.start(
    (value, { orderKey, record, attempt, clock }) => {
      if (away.has(value) && (attempt === 1 || value === 'bad2')) throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'away', { kind: 'retriable' });
      if (orderKey !== 'bad') latency.push(clock.now() - record.timestamp);
      return pass(value, orderKey);
    },
    { retryDelaysMs: [DELAY_MS], maxAttempts: 2 },
  );
  const good = Array.from({ length: 5 }, (_, key) => Array.from({ length: 20 }, (_, n) => `good${key}-${10 + n}`));
  await bench.send('bad', 'bad1');
  await vi.waitFor(() => expect(bench.steps.filter(({ step }) => step === 'retried')).toHaveLength(1), { timeout: 30_000 });
  await bench.send('bad', 'bad2', 'bad3');
  for (let n = 0; n < 20; n++) await Promise.all(good.map((values, key) => bench.send(`good${key}`, ...values.slice(n, n + 1))));
  await vi.waitFor(() => expect(latency).toHaveLength(100), { timeout: 30_000 });
  expect(Math.max(...latency)).toBeLessThan(DELAY_MS);

  await vi.waitFor(async () => expect(await bench.values()).toHaveLength(102), { timeout: 30_000, interval: 200 });
  const seen = byKey(await bench.read('out'));
  good.forEach((values, key) => expect(seen.get(`good${key}`)).toEqual(values));
  expect(seen.get('bad')).toEqual(['bad1', 'bad3']);
  expect(await bench.values('executor.dlq')).toEqual(['bad2']);
});
