import type { PartitionLag } from '@docket/stage-kafka';
import type { Sheet } from '../output/render.js';

/** What `docket groups` writes with --json: a list of these. */
export interface GroupReport {
  /** As the brokers know it, prefix included. */
  readonly group: string;
  readonly topic: string;
  /** Records between the committed and the end offsets, over all partitions. */
  readonly records: number;
  readonly partitions: readonly { readonly partition: number; readonly records: number }[];
}

/** One entry for each group and topic, in the order of the input; partitions in their order. */
export function groupReports(lags: readonly PartitionLag[]): GroupReport[] {
  const byTopic = Map.groupBy(lags, ({ group, topic }) => `${group}/${topic}`);
  return [...byTopic.values()].flatMap((entries) => {
    const [first] = entries;
    if (!first) return [];
    const partitions = entries.map(({ partition, records }) => ({ partition, records })).sort((a, b) => a.partition - b.partition);
    return [{ group: first.group, topic: first.topic, records: partitions.reduce((sum, entry) => sum + entry.records, 0), partitions }];
  });
}

export function groupSheet(reports: readonly GroupReport[]): Sheet {
  return { columns: ['group', 'topic', 'records'], rows: reports.map(({ group, topic, records }) => [group, topic, records]) };
}
