/**
 * A commit of which the stage never hears: it was carried out and its answer is lost, or it never arrived. The stage opens
 * its task afresh and learns from the committed offsets which it was: nothing is lost, nothing comes out twice.
 */
import { EmbeddedKafka, freePorts } from '@docket/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { END_TXN, KafkaProxy } from './support/kafka-proxy.js';
import { pass, StageBench } from './support/stage-bench.js';

let proxy: KafkaProxy;
let kafka: EmbeddedKafka;
let bench: StageBench;
beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  proxy = await KafkaProxy.start(port);
  kafka = await EmbeddedKafka.start({ port, properties: { 'advertised.listeners': `PLAINTEXT://127.0.0.1:${proxy.port}` } });
});
afterAll(async () => {
  proxy.stop();
  await kafka.stop();
});
beforeEach(async () => {
  bench = await StageBench.open([`127.0.0.1:${proxy.port}`], 1);
});
afterEach(() => bench.close());

it.each(['answer', 'request'] as const)('the %s is lost, time and again', async (what) => {
  const handled: string[] = [];
  const expected: string[] = [];
  await bench.start((value, { orderKey }) => {
    handled.push(value);
    return pass(value, orderKey);
  });
  const before = proxy.lost;
  await bench.send('a', 'first');
  expected.push('first');
  await vi.waitFor(async () => expect(await bench.values()).toEqual(expected), { timeout: 30_000, interval: 100 });
  for (let round = 1; round <= 5; round++) {
    expected.push(`a${round}-1`, `a${round}-2`);
    proxy.loseNext({ apiKey: END_TXN, what });
    await bench.send('a', ...expected.slice(-2));
    await vi.waitFor(() => expect(proxy.lost).toBe(before + round), { timeout: 30_000, interval: 20 });
    await vi.waitFor(async () => expect(await bench.values()).toEqual(expected), { timeout: 30_000, interval: 100 });
  }
  expect(bench.critical).toEqual([]);
  // Where the commit was carried out, nothing is handled again: its outcome was learned.
  const again = handled.length - expected.length;
  if (what === 'answer') expect(again).toBe(0);
  else expect(again).toBeGreaterThan(0);
});
