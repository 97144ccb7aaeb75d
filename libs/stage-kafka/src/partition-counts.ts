import { DocketError } from '@docket/contracts';
import type { Kafka } from 'kafkajs';
import { withAdmin } from './topic-admin.js';
import type { TopicNames } from './topic-names.js';

/** Partition counts of the topics that a stage may write, read once: keyed topics never grow in place. */
export class PartitionCounts {
  private constructor(private readonly counts: ReadonlyMap<string, number>) {}

  static async read(kafka: Kafka, names: TopicNames, topics: readonly string[]): Promise<PartitionCounts> {
    const { topics: found } = await withAdmin(kafka, (admin) => admin.fetchTopicMetadata({ topics: topics.map((topic) => names.toCluster(topic)) }));
    return new PartitionCounts(new Map(found.map(({ name, partitions }) => [names.fromCluster(name), partitions.length])));
  }

  /** Throws DOCKET_UNDECLARED_TOPIC (critical): what a stage writes stands in its StageSpec. */
  of(topic: string): number {
    const count = this.counts.get(topic);
    if (count === undefined) throw new DocketError('DOCKET_UNDECLARED_TOPIC', `${topic} is not among the outputs of the stage: add it to its StageSpec`);
    return count;
  }
}
