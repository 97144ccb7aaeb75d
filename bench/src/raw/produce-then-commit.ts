import type { Close } from '../subject/run-subject.js';
import type { SubjectSettings } from '../subject/settings.js';
import { HOPS, type Hop } from '../workload/hops.js';
import { topicName } from '../workload/topics.js';
import { appliedTo, nextOffset } from './batch.js';
import { consumeHops, rawClient } from './raw-consumer.js';
import type { RawTuning } from './tuning.js';

/** At least once: a batch is sent in one request, then its offset is committed. A producer for each hop. */
export async function produceThenCommit(settings: SubjectSettings, tuning: RawTuning, hops: readonly Hop[] = HOPS): Promise<Close> {
  const producers = new Map(hops.map((hop) => [hop, rawClient(settings, tuning, `${settings.prefix}.${hop.name}`).producer({ allowAutoTopicCreation: false })]));
  await Promise.all([...producers.values()].map((producer) => producer.connect()));
  const close = await consumeHops(settings, tuning, (hop, consumer) => async ({ batch }) => {
    const messages = await appliedTo(batch, hop);
    await producers.get(hop)?.sendBatch({ topicMessages: [{ topic: topicName(settings.prefix, hop.to), messages }] });
    await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: nextOffset(batch) }]);
  }, hops);
  return async () => {
    await close();
    await Promise.all([...producers.values()].map((producer) => producer.disconnect()));
  };
}
