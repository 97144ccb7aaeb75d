/**
 * Records of one order key are handled one at a time and in input order, also while one of them is being tried
 * again; meanwhile other keys of the same partition go on.
 */
import { DocketError } from '@docket/contracts';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { byKey, pass, StageBench } from './support/stage-bench.js';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

it('pitfall 3: a failing head holds back its key, and only its key', async () => {
  const finished: string[] = [];
  await bench.send('a', 'a1', 'a2', 'a3');
  await bench.send('b', 'b1', 'b2');
  await bench.start((value, { orderKey, attempt }) => {
    if (value === 'a1' && attempt < 4) throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'down', { kind: 'retriable' });
    finished.push(value);
    return pass(value, orderKey);
  });
  await vi.waitFor(async () => expect(await bench.read('out')).toHaveLength(5), { timeout: 30_000, interval: 200 });
  expect(byKey(await bench.read('out'))).toEqual(new Map([['a', ['a1', 'a2', 'a3']], ['b', ['b1', 'b2']]]));
  expect(finished.indexOf('b2')).toBeLessThan(finished.indexOf('a1'));
  expect(bench.steps.filter((step) => step.step === 'retried')).toHaveLength(3);
});
