import { setTimeout as sleep } from 'node:timers/promises';
import { DocketError } from '@docket/contracts';
import type { Admin, Kafka } from 'kafkajs-raw';

const LEADERS_MS = 15_000;

/**
 * Creates topics with replication 1, and resolves when every partition answers: createTopics returns before leaders
 * serve. Throws DOCKET_BENCH_TOPICS (retriable) where they do not within 15 s.
 */
export async function createTopics(kafka: Kafka, topics: readonly string[], partitions: number): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })), waitForLeaders: false });
    const until = Date.now() + LEADERS_MS;
    for (const topic of topics) {
      while (!(await serves(admin, topic, partitions))) {
        if (Date.now() > until) throw new DocketError('DOCKET_BENCH_TOPICS', `the partitions of ${topic} have no leader`, { kind: 'retriable' });
        await sleep(20);
      }
    }
  });
}

export async function deleteTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [...topics] }));
}

async function serves(admin: Admin, topic: string, partitions: number): Promise<boolean> {
  try {
    return (await admin.fetchTopicOffsets(topic)).length === partitions;
  } catch {
    return false;
  }
}

async function withAdmin(kafka: Kafka, action: (admin: Admin) => Promise<void>): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await action(admin);
  } finally {
    await admin.disconnect();
  }
}
