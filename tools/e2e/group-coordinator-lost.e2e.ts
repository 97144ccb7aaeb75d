/**
 * A broker that goes away while a member asks it for the group's coordinator: the member asks again, however often that
 * happens, and its process lives on.
 */
import { EmbeddedKafka, freePorts } from '@docket/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { FIND_COORDINATOR, KafkaProxy } from './support/kafka-proxy.js';
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

// The first question of a member is about ghosts of itself, the second about its join.
it.each([2, 3, 6])('pitfall 31: %d questions in a row are lost', async (times) => {
  const before = proxy.lost;
  proxy.loseNext({ apiKey: FIND_COORDINATOR, what: 'answer' }, times);
  await bench.start((value, { orderKey }) => pass(value, orderKey));
  await bench.send('a', 'first');
  await vi.waitFor(async () => {
    expect(bench.critical).toEqual([]);
    expect(await bench.values()).toEqual(['first']);
  }, { timeout: 30_000, interval: 100 });
  expect(proxy.lost).toBe(before + times);
});
