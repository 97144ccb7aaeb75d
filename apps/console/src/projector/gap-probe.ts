import { randomUUID } from 'node:crypto';
import type { Clock } from '@docket/contracts';
import type { Kafka, TopicNames } from '@docket/stage-kafka';

/** A part of a topic partition: from an offset up to, not including, another. */
export interface Gap {
  /** The catalogue's name. */
  readonly topic: string;
  readonly partition: number;
  readonly from: bigint;
  readonly upTo: bigint;
}

/** Longer than a broker waits for further members of a new group, or a slow one takes to answer. */
const ENOUGH_MS = 15_000;

/**
 * Whether a committed record can still be read in one of these gaps: markers of transactions are none, nor is what was
 * aborted, compacted away or deleted. Only reading tells: a group of one that commits nothing reads up to the first
 * record. What cannot be told in time counts as a record. Rejects where the brokers stop answering.
 */
export async function anyRecordIn(gaps: readonly Gap[], kafka: Kafka, names: TopicNames, clock: Clock): Promise<boolean> {
  const open = new Map((await readable(gaps, kafka, names)).map((gap) => [placeOf(names.toCluster(gap.topic), gap.partition), gap]));
  if (open.size === 0) return false;
  const consumer = kafka.consumer({
    groupId: names.group(`console-gaps-${randomUUID()}`),
    sessionTimeout: 10_000, maxWaitTimeInMs: 100, maxBytesPerPartition: 64 * 1024, allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8, restartOnFailure: () => Promise.resolve(false) },
  });
  let cancel: () => void = () => undefined;
  try {
    return await new Promise<boolean>((resolve, reject) => {
      cancel = clock.schedule(ENOUGH_MS, () => resolve(true));
      const { GROUP_JOIN, END_BATCH_PROCESS, CRASH } = consumer.events;
      consumer.on(GROUP_JOIN, ({ payload }) => {
        for (const [topic, partitions] of Object.entries(payload.memberAssignment)) {
          for (const partition of partitions) {
            const gap = open.get(placeOf(topic, partition));
            if (gap) consumer.seek({ topic, partition, offset: String(gap.from) });
            else consumer.pause([{ topic, partitions: [partition] }]);
          }
        }
      });
      // Told of batches without any record for us too, which never reach eachBatch.
      consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
        const gap = open.get(placeOf(topic, partition));
        if (!gap || BigInt(lastOffset) + 1n < gap.upTo) return;
        open.delete(placeOf(topic, partition));
        consumer.pause([{ topic, partitions: [partition] }]);
        if (open.size === 0) resolve(false);
      });
      consumer.on(CRASH, ({ payload }) => reject(payload.error));
      const run = async () => {
        await consumer.connect();
        await consumer.subscribe({ topics: [...new Set(gaps.map(({ topic }) => names.toCluster(topic)))], fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachBatch: ({ batch: { topic, partition, messages } }) => {
            const gap = open.get(placeOf(topic, partition));
            if (gap && messages.some(({ offset }) => BigInt(offset) >= gap.from && BigInt(offset) < gap.upTo)) resolve(true);
            return Promise.resolve();
          },
        });
      };
      run().catch(reject);
    });
  } finally {
    cancel();
    await consumer.disconnect().catch(() => undefined);
  }
}

/** What of the gaps lies between where the partitions begin and end now. */
async function readable(gaps: readonly Gap[], kafka: Kafka, names: TopicNames): Promise<Gap[]> {
  const ends = new Map<string, { readonly low: bigint; readonly high: bigint }>();
  const admin = kafka.admin();
  await admin.connect();
  try {
    for (const topic of new Set(gaps.map((gap) => gap.topic))) {
      for (const { partition, low, high } of await admin.fetchTopicOffsets(names.toCluster(topic))) {
        ends.set(placeOf(topic, partition), { low: BigInt(low), high: BigInt(high) });
      }
    }
  } finally {
    await admin.disconnect();
  }
  return gaps.flatMap((gap) => {
    const { low, high } = ends.get(placeOf(gap.topic, gap.partition)) ?? { low: 0n, high: 0n };
    const [from, upTo] = [gap.from > low ? gap.from : low, gap.upTo < high ? gap.upTo : high];
    return from < upTo ? [{ ...gap, from, upTo }] : [];
  });
}

function placeOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
