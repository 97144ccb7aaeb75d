import type { Admin } from 'kafkajs';
import { groupStatus } from './group-status.js';
import { withAdmin, type AdminSource } from './topic-admin.js';
import type { TopicNames } from './topic-names.js';

export interface PartitionLag {
  /** As the brokers know it, prefix included. */
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Records between the committed and the end offset. */
  readonly records: number;
}

export interface PartitionProgress extends PartitionLag {
  /** Next offset that the group reads; where it never committed, the first that is there. */
  readonly committed: number;
  /** Whether a member has the partition, or the group is about to say who does. */
  readonly owned: boolean;
}

export interface PartitionEnd {
  readonly topic: string;
  readonly partition: number;
  /** One past the last record. */
  readonly end: number;
}

type Watched = readonly { readonly group: string; readonly topics: readonly string[] }[];

/** Lag of each group on its topics. A group that never committed lags from the first record. */
export async function groupLag(kafka: AdminSource, names: TopicNames, groups: Watched): Promise<PartitionProgress[]> {
  const status = new Map((await groupStatus(kafka, names, groups.map(({ group }) => group))).map((found) => [found.group, found]));
  return withAdmin(kafka, async (admin) => {
    const lags: PartitionProgress[] = [];
    for (const { group, topics } of groups) {
      const found = status.get(group);
      const committed = await admin.fetchOffsets({ groupId: names.group(group), topics: topics.map((topic) => names.toCluster(topic)) });
      for (const topic of topics) {
        const name = names.toCluster(topic);
        const at = new Map(committed.find((entry) => entry.topic === name)?.partitions.map((entry) => [entry.partition, Number(entry.offset)]));
        for (const { partition, high, low } of await admin.fetchTopicOffsets(name)) {
          const offset = at.get(partition) ?? -1;
          const from = offset < 0 ? Number(low) : offset;
          const owned = found?.state === 'rebalancing' || found?.members.some(({ assignment }) => assignment.get(topic)?.includes(partition)) === true;
          // What retention has deleted waits no more.
          const records = Math.max(0, Number(high) - Math.max(from, Number(low)));
          lags.push({ group: names.group(group), topic, partition, records, committed: from, owned });
        }
      }
    }
    return lags;
  });
}

/** Where each partition ends now. */
export function partitionEnds(kafka: AdminSource, names: TopicNames, topics: readonly string[]): Promise<PartitionEnd[]> {
  return endsOf(kafka, names, topics, (admin, topic) => admin.fetchTopicOffsets(topic));
}

/** Where each partition ended at that time, milliseconds since the epoch: before the first record that came then or later. */
export function partitionEndsAt(kafka: AdminSource, names: TopicNames, topics: readonly string[], time: number): Promise<PartitionEnd[]> {
  return endsOf(kafka, names, topics, (admin, topic) => admin.fetchTopicOffsetsByTimestamp(topic, time));
}

type AskOffsets = (admin: Admin, topic: string) => Promise<readonly { readonly partition: number; readonly offset: string }[]>;

function endsOf(kafka: AdminSource, names: TopicNames, topics: readonly string[], ask: AskOffsets): Promise<PartitionEnd[]> {
  return withAdmin(kafka, async (admin) => {
    const ends: PartitionEnd[] = [];
    for (const topic of topics) {
      for (const { partition, offset } of await ask(admin, names.toCluster(topic))) ends.push({ topic, partition, end: Number(offset) });
    }
    return ends;
  });
}
