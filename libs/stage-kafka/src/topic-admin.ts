import { DocketError, type TopicSpec } from '@docket/contracts';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';
import type { TopicNames } from './topic-names.js';

export interface TopicPlan {
  readonly missing: readonly TopicSpec[];
  /** Topics that differ from the catalogue; they are shown, never changed. */
  readonly drift: readonly TopicDrift[];
  readonly unchanged: number;
}

export interface TopicDrift {
  readonly topic: string;
  readonly setting: string;
  readonly expected: string;
  readonly actual: string;
}

/** Compares the cluster with the catalogue. Changes nothing. */
export async function planTopics(kafka: Kafka, names: TopicNames, specs: readonly TopicSpec[]): Promise<TopicPlan> {
  return withAdmin(kafka, (admin) => plan(admin, names, specs));
}

/**
 * Creates what is missing and waits until every partition has a leader that serves. Never deletes, never grows
 * and never alters a topic. Safe to run twice at once.
 */
export async function applyTopics(
  kafka: Kafka, names: TopicNames, specs: readonly TopicSpec[], replication: number,
): Promise<TopicPlan> {
  return withAdmin(kafka, async (admin) => {
    const found = await plan(admin, names, specs);
    if (found.missing.length > 0) {
      try {
        await admin.createTopics({
          waitForLeaders: false,
          topics: found.missing.map((spec) => ({
            topic: names.toCluster(spec.name),
            numPartitions: spec.partitions,
            replicationFactor: replication,
            configEntries: Object.entries(spec.config).map(([name, value]) => ({ name, value })),
          })),
        });
      } catch (cause) {
        const left = (await plan(admin, names, specs)).missing;
        if (left.length > 0) {
          throw new DocketError('DOCKET_TOPICS', `the broker refused to create ${left.length} topic(s), e.g. ${left[0]?.name}`, { cause });
        }
      }
    }
    await awaitLeaders(admin, specs.map((spec) => names.toCluster(spec.name)));
    return found;
  });
}

async function plan(admin: Admin, names: TopicNames, specs: readonly TopicSpec[]): Promise<TopicPlan> {
  const existing = new Set(await admin.listTopics());
  const present = specs.filter((spec) => existing.has(names.toCluster(spec.name)));
  const drift: TopicDrift[] = [];
  if (present.length > 0) {
    const { topics } = await admin.fetchTopicMetadata({ topics: present.map((spec) => names.toCluster(spec.name)) });
    const partitions = new Map(topics.map((topic) => [topic.name, topic.partitions.length]));
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: present.map((spec) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC, name: names.toCluster(spec.name), configNames: Object.keys(spec.config),
      })),
    });
    const configs = new Map(
      resources.map((resource) => [resource.resourceName, new Map(resource.configEntries.map((entry) => [entry.configName, entry.configValue]))]),
    );
    for (const spec of present) {
      const name = names.toCluster(spec.name);
      const check = (setting: string, expected: string, actual: string | undefined) => {
        if (actual !== expected) drift.push({ topic: spec.name, setting, expected, actual: actual ?? 'unset' });
      };
      check('partitions', String(spec.partitions), String(partitions.get(name)));
      for (const [setting, expected] of Object.entries(spec.config)) check(setting, expected, configs.get(name)?.get(setting));
    }
  }
  return { missing: specs.filter((spec) => !existing.has(names.toCluster(spec.name))), drift, unchanged: present.length };
}

/** createTopics answers before leaders serve; a write in between would be repeated by the client. */
async function awaitLeaders(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (const topic of topics) {
    for (;;) {
      try {
        await admin.fetchTopicOffsets(topic);
        break;
      } catch (cause) {
        if (Date.now() > deadline) throw new DocketError('DOCKET_TOPICS', `topic ${topic} has no leader`, { cause });
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }
}

/** Resolves when all topics exist: services wait for the catalogue to be applied. */
export async function awaitTopics(kafka: Kafka, names: TopicNames, topics: readonly string[], onWait: () => void): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    for (;;) {
      const existing = new Set(await admin.listTopics());
      if (topics.every((topic) => existing.has(names.toCluster(topic)))) return;
      onWait();
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  });
}

/** Makes connections for questions to the brokers. */
export type AdminSource = Pick<Kafka, 'admin'>;

/** One connection for many questions, made with the first: each with its own would cost more than its answer. */
export function keptAdmin(kafka: Kafka): AdminSource & { close(): Promise<void> } {
  const admin = kafka.admin();
  return { admin: () => ({ ...admin, disconnect: () => Promise.resolve() }), close: () => admin.disconnect() };
}

export async function withAdmin<T>(kafka: AdminSource, use: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await use(admin);
  } finally {
    await admin.disconnect();
  }
}
