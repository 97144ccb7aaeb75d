import type { Kafka } from 'kafkajs';
import { withAdmin } from './topic-admin.js';
import type { TopicNames } from './topic-names.js';

export interface PartitionLag {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Records between the committed and the end offset. */
  readonly records: number;
}

/** Lag of each group on its topic. A group that never committed lags from the first record. */
export async function groupLag(
  kafka: Kafka, names: TopicNames, groups: readonly { readonly group: string; readonly topics: readonly string[] }[],
): Promise<PartitionLag[]> {
  return withAdmin(kafka, async (admin) => {
    const lags: PartitionLag[] = [];
    for (const { group, topics } of groups) {
      const committed = await admin.fetchOffsets({ groupId: names.group(group), topics: topics.map((topic) => names.toCluster(topic)) });
      for (const topic of topics) {
        const name = names.toCluster(topic);
        const at = new Map(committed.find((entry) => entry.topic === name)?.partitions.map((entry) => [entry.partition, BigInt(entry.offset)]));
        for (const { partition, high, low } of await admin.fetchTopicOffsets(name)) {
          const offset = at.get(partition) ?? -1n;
          const from = offset < 0n ? BigInt(low) : offset;
          lags.push({ group: names.group(group), topic, partition, records: Math.max(0, Number(BigInt(high) - from)) });
        }
      }
    }
    return lags;
  });
}
