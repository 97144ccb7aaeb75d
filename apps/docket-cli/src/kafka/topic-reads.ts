import type { InputRecord } from '@docket/stage';
import type { Kafka, TopicNames } from '@docket/stage-kafka';
import type { Following } from '../cli/cluster.js';
import { withRecords, type OffsetRange } from './offset-range.js';
import { RangeReader, type RangeReaderOptions } from './range-reader.js';

export type ReadOptions = Pick<RangeReaderOptions, 'inTurn'>;

/** Where each partition begins and ends, as readers of committed records see it. */
export async function endsOf(kafka: Kafka, names: TopicNames, topic: string): Promise<Map<number, OffsetRange>> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsets = await admin.fetchTopicOffsets(names.toCluster(topic));
    return new Map(offsets.map(({ partition, low, high }): [number, OffsetRange] => [partition, { from: BigInt(low), upTo: BigInt(high) }]).sort(([a], [b]) => a - b));
  } finally {
    await admin.disconnect();
  }
}

/** Where the records that the broker appended between two times lie, as far as readers of committed records see them. */
export async function rangesBetween(kafka: Kafka, names: TopicNames, topic: string, fromMs: number, toMs: number): Promise<Map<number, OffsetRange>> {
  const ends = await endsOf(kafka, names, topic);
  const admin = kafka.admin();
  await admin.connect();
  try {
    const offsetsAt = async (ms: number) => {
      // A partition with nothing as late is given its end.
      const found = await admin.fetchTopicOffsetsByTimestamp(names.toCluster(topic), Math.max(0, ms));
      return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
    };
    const [first, last] = [await offsetsAt(fromMs), await offsetsAt(toMs)];
    return new Map([...ends].map(([partition, { from, upTo }]): [number, OffsetRange] => {
      const [begin, end] = [first.get(partition) ?? from, last.get(partition) ?? upTo];
      return [partition, { from: begin > from ? begin : from, upTo: end < upTo ? end : upTo }];
    }));
  } finally {
    await admin.disconnect();
  }
}

export async function readRanges(options: RangeReaderOptions): Promise<void> {
  const ranges = withRecords(options.ranges);
  if (ranges.size === 0) return;
  const reader = new RangeReader({ ...options, ranges });
  try {
    await Promise.race([reader.start().then(() => reader.finished), reader.finished]);
  } finally {
    await reader.stop();
  }
}

/** No partition gets there. */
const NO_END = 2n ** 63n - 1n;

export async function follow(kafka: Kafka, names: TopicNames, topic: string, apply: (record: InputRecord) => void): Promise<Following> {
  const ends = await endsOf(kafka, names, topic);
  const ranges = new Map([...ends].map(([partition, { from }]) => [partition, { from, upTo: NO_END }]));
  const reader = new RangeReader({ kafka, names, topic, ranges, apply });
  const failed = reader.finished.then(() => Promise.reject<never>(new Error('a topic without end has ended')));
  failed.catch(() => undefined);
  try {
    await reader.start();
  } catch (error) {
    await reader.stop();
    throw error;
  }
  return { failed, stop: () => reader.stop() };
}
