/**
 * The topic catalogue is applied as often as one likes: the first time creates what is missing, the second changes
 * nothing, two at once do not hurt each other, and a topic that differs is shown and left alone.
 */
import { randomUUID } from 'node:crypto';
import { topicCatalogue } from '@docket/contracts';
import { applyTopics, createKafka, planTopics, TopicNames } from '@docket/stage-kafka';
import { expect, inject, it } from 'vitest';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

it('pitfall 15: creates once, shows drift, never alters', async () => {
  const kafka = createKafka({ brokers: inject('brokers'), clientId: 'e2e', log: quiet });
  const names = new TopicNames(`e2e-${randomUUID().slice(0, 8)}.`);
  const specs = topicCatalogue({ lanes: ['standard', 'pii'], partitions: 2, replication: 1 });

  const [one, two] = await Promise.all([applyTopics(kafka, names, specs, 1), applyTopics(kafka, names, specs, 1)]);
  expect(Math.max(one.missing.length, two.missing.length)).toBe(specs.length);
  expect(await planTopics(kafka, names, specs)).toEqual({ missing: [], drift: [], unchanged: specs.length });

  const grown = specs.map((spec) => (spec.name === 'audit.log' ? { ...spec, partitions: 3, config: { ...spec.config, 'max.message.bytes': '7' } } : spec));
  const { drift } = await applyTopics(kafka, names, grown, 1);
  expect(drift).toEqual([
    { topic: 'audit.log', setting: 'partitions', expected: '3', actual: '2' },
    { topic: 'audit.log', setting: 'max.message.bytes', expected: '7', actual: String(1024 * 1024) },
  ]);
  expect((await planTopics(kafka, names, specs)).drift).toEqual([]);
});
