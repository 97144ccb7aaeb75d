/**
 * Instances that join and leave while records flow, one every two seconds in the storm: each unit comes out once, each
 * key in its order, and there is progress between any two of them.
 */
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { byKey, pass, StageBench, type Handle } from './support/stage-bench.js';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const EVERY_MS = 2_000;
const ROUNDS = 3;

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 4);
});
afterEach(() => bench.close());

const handle: Handle = async (value, { orderKey }) => {
  await new Promise(setImmediate);
  return pass(value, orderKey);
};

/** The n-th value of each key. */
async function sendRow(n: number): Promise<void> {
  await Promise.all(KEYS.map((key) => bench.send(key, valueOf(key, n))));
}

function valueOf(key: string, n: number): string {
  return `${key}${String(n).padStart(5, '0')}`;
}

async function eachOnceInOrder(rows: number): Promise<void> {
  await vi.waitFor(async () => expect((await bench.read('out')).length).toBeGreaterThanOrEqual(KEYS.length * rows), { timeout: 60_000, interval: 300 });
  const seen = byKey(await bench.read('out'));
  for (const key of KEYS) expect(seen.get(key)).toEqual(Array.from({ length: rows }, (_, n) => valueOf(key, n)));
  expect(bench.critical).toEqual([]);
}

it('two join, one leaves', async () => {
  const first = await bench.start(handle);
  for (let n = 0; n < 100; n++) {
    await sendRow(n);
    if (n === 20) await bench.start(handle);
    if (n === 50) await first.stop(3_000);
    if (n === 70) await bench.start(handle);
  }
  await eachOnceInOrder(100);
});

it('a storm of joins and leaves', async () => {
  const members = [await bench.start(handle)];
  const startedAt = performance.now();
  const progress: number[] = [];
  let rows = 0;
  for (let round = 1; round <= 2 * ROUNDS; round++) {
    while (performance.now() - startedAt < round * EVERY_MS) {
      await sendRow(rows++);
      // Some hundred rows in a second, whatever the machine.
      await vi.waitUntil(() => performance.now() - startedAt > rows * 10, { interval: 1 });
    }
    progress.push(bench.steps.length);
    if (round % 2 === 1) members.push(await bench.start(handle));
    else await members.shift()?.stop(3_000);
  }
  await eachOnceInOrder(rows);
  expect(progress.every((steps, round) => steps > (progress[round - 1] ?? 0))).toBe(true);
});
