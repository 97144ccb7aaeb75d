/**
 * A handler that hangs is aborted at its deadline and its unit tried again once it has settled; meanwhile the instance
 * keeps its membership, also beyond the session time-out, and other keys go on. One that ignores its signal ends the process.
 */
import { emit } from '@docket/stage';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench } from './support/stage-bench.js';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

it('is aborted, settles, and is tried again; nobody else notices', async () => {
  const session = 6_000;
  let startedAt = 0;
  let settledAt = 0;
  let running = 0;
  let overlapped = false;
  await bench.start(
    (value, { orderKey, attempt, signal }) => {
      if (value !== 'hangs') return pass(value, orderKey);
      overlapped ||= ++running > 1;
      if (attempt > 1) return pass(value, orderKey);
      startedAt = performance.now();
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () =>
          setTimeout(() => {
            settledAt = performance.now();
            running--;
            reject(new Error('aborted'));
          }, 500),
        ),
      );
    },
    { handlerDeadlineMs: session + 1_000 }, { sessionTimeoutMs: session },
  );
  await bench.send('a', 'hangs', 'behind');
  await bench.send('b', 'b1');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['b1']), { timeout: 6_000, interval: 200 });
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['b1', 'hangs', 'behind']), { timeout: 30_000, interval: 200 });
  expect(settledAt - startedAt).toBeGreaterThan(session + 1_000);
  expect(overlapped).toBe(false);
  expect(bench.steps.filter(({ step }) => step === 'retried').map(({ code }) => code)).toEqual(['DOCKET_HANDLER_DEADLINE']);
  expect(bench.joins).toBe(1);
  expect(bench.critical).toEqual([]);
});

it('ignores its signal: the process is told to end', async () => {
  let end: () => void = () => undefined;
  await bench.start(() => new Promise((resolve) => (end = () => resolve(emit()))), { handlerDeadlineMs: 100 });
  await bench.send('a', 'deaf');
  await vi.waitFor(() => expect(bench.critical).toMatchObject([{ code: 'DOCKET_HANDLER_STUCK', kind: 'critical' }]), { timeout: 20_000 });
  end();
  expect(await bench.values()).toEqual([]);
});
