import type { Batch, Kafka, Message, Producer } from 'kafkajs-raw';
import type { Close } from '../subject/run-subject.js';
import type { SubjectSettings } from '../subject/settings.js';
import { HOPS, type Hop } from '../workload/hops.js';
import { topicName } from '../workload/topics.js';
import { appliedTo, nextOffset } from './batch.js';
import { consumeHops, groupOf, rawClient } from './raw-consumer.js';
import type { RawTuning } from './tuning.js';

/**
 * Exactly once as far as kafkajs goes: a transactional producer for each input partition of each hop (kafkajs's
 * TxnOffsetCommit names no generation, so one for all would not be fenced), and a transaction for each batch.
 */
export async function exactlyOnce(settings: SubjectSettings, tuning: RawTuning): Promise<Close> {
  const producers = new Map(HOPS.map((hop) => [hop, partitionProducers(rawClient(settings, tuning, `${groupOf(settings, hop)}.producers`), settings, hop)]));
  const all = [...producers.values()].flat();
  await Promise.all(all.map((producer) => producer.connect()));
  const close = await consumeHops(settings, tuning, (hop) => async ({ batch }) => {
    const producer = producers.get(hop)?.[batch.partition];
    if (producer === undefined) throw new Error(`no producer for partition ${batch.partition} of ${hop.name}`);
    const messages = await appliedTo(batch, hop, tuning.envelope);
    await commit(producer, batch, groupOf(settings, hop), topicName(settings.prefix, hop.to), messages);
  });
  return async () => {
    await close();
    await Promise.all(all.map((producer) => producer.disconnect()));
  };
}

function partitionProducers(kafka: Kafka, settings: SubjectSettings, hop: Hop): readonly Producer[] {
  return Array.from({ length: settings.partitions }, (_, partition) =>
    kafka.producer({ transactionalId: `${groupOf(settings, hop)}.${partition}`, idempotent: true, maxInFlightRequests: 1, allowAutoTopicCreation: false }));
}

async function commit(producer: Producer, batch: Batch, consumerGroupId: string, topic: string, messages: Message[]): Promise<void> {
  const transaction = await producer.transaction();
  try {
    await transaction.sendBatch({ topicMessages: [{ topic, messages }] });
    await transaction.sendOffsets({ consumerGroupId, topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset: nextOffset(batch) }] }] });
    await transaction.commit();
  } catch (error) {
    if (transaction.isActive()) await transaction.abort();
    throw error;
  }
}
