/**
 * What a producer sends again is one unit: in a row, later, and to an instance that learned of the first one from the
 * ledger only. It is handled once and comes out once; each repeat is dropped, on `errors` and on the record.
 */
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench, type Handle } from './support/stage-bench.js';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1, { dedupe: 'unit' });
});
afterEach(() => bench.close());

it('repeats in a row, late, and after a restart', async () => {
  const handled: string[] = [];
  const handle: Handle = (value, { orderKey }) => {
    handled.push(value);
    return pass(value, orderKey);
  };
  await bench.send('a', 'a1', 'a1', 'a2', 'a1');
  const first = await bench.start(handle);
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a1', 'a2']), { timeout: 30_000, interval: 200 });
  await bench.send('a', 'a2', 'a3');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a1', 'a2', 'a3']), { timeout: 30_000, interval: 200 });
  await first.stop(2_000);

  await bench.start(handle);
  await bench.send('a', 'a1', 'a3', 'a4');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(['a1', 'a2', 'a3', 'a4']), { timeout: 30_000, interval: 200 });
  expect(handled).toEqual(['a1', 'a2', 'a3', 'a4']);
  expect(bench.steps.filter(({ step }) => step === 'duplicate').map(({ identity }) => identity.correlationId)).toEqual(['a1', 'a1', 'a2', 'a1', 'a3']);
  await vi.waitFor(async () => expect((await bench.values('errors')).map((error) => (JSON.parse(error) as { code: string }).code)).toEqual(Array(5).fill('DOCKET_DUPLICATE')));
});
