/**
 * A poison record never stops its partition and never disappears: the good ones before and behind it pass, and it
 * lies in the dead-letter topic with its origin and reason.
 */
import { DocketError } from '@docket/contracts';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench } from './support/stage-bench.js';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

it('good records pass a poison one, which is kept with its reason', async () => {
  await bench.send('a', 'good-1', 'poison', 'good-2');
  await bench.start((value, { orderKey }) => {
    if (value === 'poison') throw new DocketError('DOCKET_POISON_JSON', 'cannot be read', { kind: 'poison' });
    return pass(value, orderKey);
  });
  await vi.waitFor(async () => expect((await bench.read('out')).map((record) => String(record.value))).toEqual(['good-1', 'good-2']), { timeout: 30_000, interval: 200 });
  const dead = await bench.read('executor.dlq');
  expect(dead).toHaveLength(1);
  expect(String(dead[0]?.value)).toBe('poison');
  expect(dead[0]?.headers).toMatchObject({ 'docket-origin': 'grants.validated/0/1', 'docket-error-code': 'DOCKET_POISON_JSON', 'docket-attempt': '1' });
});
