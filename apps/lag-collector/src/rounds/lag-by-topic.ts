import type { PartitionLag } from '@docket/stage-kafka';

/** Value of `control.lag`: what a group has yet to read of a topic. */
export interface TopicLag {
  /** As the brokers know it, prefix included. */
  readonly group: string;
  readonly topic: string;
  /** Over all partitions. */
  readonly records: number;
  /** When it was measured, ISO 8601 UTC. */
  readonly at: string;
}

/** Sums the partitions of each group and topic, in the order of the input. */
export function lagByTopic(lags: readonly PartitionLag[], at: string): TopicLag[] {
  const sums = new Map<string, TopicLag>();
  for (const { group, topic, records } of lags) {
    const key = lagKey({ group, topic });
    sums.set(key, { group, topic, records: (sums.get(key)?.records ?? 0) + records, at });
  }
  return [...sums.values()];
}

/** Key of `control.lag`; neither name holds a slash. */
export function lagKey({ group, topic }: Pick<TopicLag, 'group' | 'topic'>): string {
  return `${group}/${topic}`;
}
