import type { OutputRecord } from '@docket/stage';
import { partitionOf } from '../murmur2.js';
import type { TopicNames } from '../topic-names.js';

/** The records of one partition, in the order of writing. */
export interface PartitionGroup {
  /** Cluster name. */
  readonly topic: string;
  readonly partition: number;
  readonly records: OutputRecord[];
}

/** Groups records by partition; the groups of a topic follow each other. */
export function groupByPartition(
  records: readonly OutputRecord[], names: TopicNames, partitionsOf: (topic: string) => number,
): PartitionGroup[] {
  const topics = new Map<string, PartitionGroup[]>();
  const counts = new Map<string, number>();
  let topic: string | undefined;
  let groups: PartitionGroup[] = [];
  for (const record of records) {
    if (record.topic !== topic) {
      topic = record.topic;
      groups = topics.get(topic) ?? [];
      topics.set(topic, groups);
    }
    const partition = record.partition ?? partitionOf(record.partitionKey ?? record.key, countOf(topic, counts, partitionsOf));
    const group = groups.find((one) => one.partition === partition);
    if (group) group.records.push(record);
    else groups.push({ topic: names.toCluster(topic), partition, records: [record] });
  }
  return [...topics.values()].flat();
}

function countOf(topic: string, counts: Map<string, number>, partitionsOf: (topic: string) => number): number {
  let count = counts.get(topic);
  if (count === undefined) counts.set(topic, (count = partitionsOf(topic)));
  return count;
}
