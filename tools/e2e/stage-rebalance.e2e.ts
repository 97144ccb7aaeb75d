/**
 * Instances that join and leave while records flow: none is lost, and the last word on each key is its last record,
 * in order. (An input may be handled twice around a rebalance: commits are not exactly-once yet.)
 */
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { byKey, pass, StageBench } from './support/stage-bench.js';

const KEYS = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const EACH = 100;

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 4);
});
afterEach(() => bench.close());

it('joins and leaves lose nothing and keep each key in order', async () => {
  const handle = async (value: string, { orderKey }: { orderKey: string }) => {
    await new Promise(setImmediate);
    return pass(value, orderKey);
  };
  const first = await bench.start(handle);
  for (let n = 0; n < EACH; n++) {
    for (const key of KEYS) await bench.send(key, `${key}${String(n).padStart(3, '0')}`);
    if (n === 20) await bench.start(handle);
    if (n === 50) await first.stop(3_000);
    if (n === 70) await bench.start(handle);
  }
  await vi.waitFor(async () => expect(new Set((await bench.read('out')).map((record) => String(record.value))).size).toBe(KEYS.length * EACH), { timeout: 60_000, interval: 500 });
  expect(bench.critical).toEqual([]);
  for (const [, values] of byKey(await bench.read('out'))) {
    const firsts = [...new Set(values)];
    expect(firsts).toEqual([...firsts].sort());
  }
});
