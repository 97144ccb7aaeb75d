/**
 * An instance that goes away between handling and commit leaves nothing behind: what it had not committed is handled
 * again by the next one, in order, and each unit comes out once.
 */
import { emit } from '@docket/stage';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { byKey, pass, StageBench } from './support/stage-bench.js';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

it('what an instance left unfinished is done by the next, and each key in its order', async () => {
  await bench.send('a', 'a1', 'a2', 'a3');
  await bench.send('b', 'b1');
  let stuck = false;
  const first = await bench.start((value, { orderKey, signal }) => {
    if (value !== 'a2') return pass(value, orderKey);
    stuck = true;
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve(emit())));
  });
  await vi.waitFor(() => expect(stuck).toBe(true), { timeout: 30_000 });
  await first.stop(0);
  await bench.start((value, { orderKey }) => pass(value, orderKey));
  await vi.waitFor(async () => expect(byKey(await bench.read('out')).get('a')?.at(-1)).toBe('a3'), { timeout: 30_000, interval: 200 });
  expect(byKey(await bench.read('out'))).toEqual(new Map([['a', ['a1', 'a2', 'a3']], ['b', ['b1']]]));
});
