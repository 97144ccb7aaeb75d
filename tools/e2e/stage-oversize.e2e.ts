/**
 * A record that a compressing client slipped past the broker's size limit stops nothing: it goes to the dead-letter
 * topic, by reference where it is too large to be copied, and what is behind it passes.
 */
import { DocketError } from '@docket/contracts';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { pass, StageBench } from './support/stage-bench.js';

let bench: StageBench;
beforeEach(async () => {
  bench = await StageBench.open(inject('brokers'), 1);
});
afterEach(() => bench.close());

it('a giant among good records', async () => {
  await bench.send('a', `giant${'x'.repeat(3_000_000)}`);
  await bench.send('a', 'good');
  await bench.start((value, { orderKey }) => {
    if (value.startsWith('giant')) throw new DocketError('DOCKET_BODY_TOO_LARGE', 'too large', { kind: 'poison' });
    return pass(value, orderKey);
  });
  await vi.waitFor(async () => expect((await bench.read('out')).map((record) => String(record.value))).toEqual(['good']), { timeout: 30_000, interval: 200 });
  const [dead] = await bench.read('executor.dlq');
  expect(dead).toMatchObject({ value: null, headers: { 'docket-origin': 'grants.validated/0/0', 'docket-value-omitted': '3000005' } });
});

it('a record whose headers would make every copy of it too large', async () => {
  await bench.sendWith({ tracestate: 'x'.repeat(1_200_000) }, 'a', 'burdened');
  await bench.send('a', 'good');
  await bench.start((value, { orderKey }) => pass(value, orderKey));
  await vi.waitFor(async () => expect((await bench.read('out')).map((record) => String(record.value))).toEqual(['good']), { timeout: 30_000, interval: 200 });
  const [dead] = await bench.read('executor.dlq');
  expect(String(dead?.value)).toBe('burdened');
  expect(dead?.headers).toMatchObject({ 'docket-error-code': 'DOCKET_HEADERS_TOO_LARGE', 'docket-headers-omitted': 'true' });
});
