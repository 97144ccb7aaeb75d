import { Kafka, logLevel, type Consumer, type EachBatchPayload } from 'kafkajs-raw';
import type { Close } from '../subject/run-subject.js';
import type { SubjectSettings } from '../subject/settings.js';
import { HOPS, type Hop } from '../workload/hops.js';
import { topicName } from '../workload/topics.js';
import { consumerConfig, type RawTuning } from './tuning.js';

/** Moves one batch of a hop on. */
export type BatchMover = (payload: EachBatchPayload) => Promise<void>;

/** A client of its own for each consumer and for each hop's producers: one shared map of offsets would mix them up. */
export function rawClient(settings: SubjectSettings, tuning: RawTuning, clientId: string): Kafka {
  return new Kafka({
    clientId,
    brokers: [...settings.brokers],
    logLevel: logLevel.NOTHING,
    ...(tuning.retry ? { retry: tuning.retry } : {}),
  });
}

export const groupOf = (settings: SubjectSettings, hop: Hop): string => `${settings.prefix}.${hop.name}`;

/** A consumer for each hop, all partitions at once; resolves when every one has its partitions. */
export async function consumeHops(
  settings: SubjectSettings, tuning: RawTuning, moverOf: (hop: Hop, consumer: Consumer) => BatchMover, hops: readonly Hop[] = HOPS,
): Promise<Close> {
  const consumers = await Promise.all(hops.map((hop) => consumeHop(settings, tuning, hop, moverOf)));
  return async () => {
    await Promise.all(consumers.map((consumer) => consumer.disconnect()));
  };
}

async function consumeHop(
  settings: SubjectSettings, tuning: RawTuning, hop: Hop, moverOf: (hop: Hop, consumer: Consumer) => BatchMover,
): Promise<Consumer> {
  const group = groupOf(settings, hop);
  const consumer = rawClient(settings, tuning, group).consumer(consumerConfig(group, tuning));
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (payload.restart) return;
    process.stderr.write(`${payload.error.stack ?? payload.error.message}\n`);
    process.exit(1);
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topicName(settings.prefix, hop.from)], fromBeginning: true });
  await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: settings.partitions, eachBatch: moverOf(hop, consumer) });
  await joined;
  return consumer;
}
