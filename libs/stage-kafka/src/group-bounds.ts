import type { SourceBounds } from '@docket/stage';
import type { Admin, Kafka } from 'kafkajs';
import type { TopicNames } from './topic-names.js';

type Bounds = ReadonlyMap<string, ReadonlyMap<number, SourceBounds>>;

/**
 * Committed offsets and ends of a group's topics. Many tasks open at once and ask for the same topics: those that ask while
 * a look is under way share the next, so that each sees only what was read after it asked.
 */
export class GroupBounds {
  #admin: Promise<Admin> | undefined;
  #underWay: Promise<unknown> = Promise.resolve();
  #next: Promise<Bounds> | undefined;

  constructor(private readonly kafka: Kafka, private readonly names: TopicNames, private readonly groupId: string, private readonly topics: readonly string[]) {}

  /** Topic to bounds, of one partition. */
  async of(partition: number, topics: readonly string[]): Promise<ReadonlyMap<string, SourceBounds>> {
    this.#next ??= this.#after(this.#underWay);
    const bounds = await this.#next;
    return new Map(topics.map((topic) => {
      const found = bounds.get(topic)?.get(partition);
      if (!found) throw new Error(`${topic} has no partition ${partition}`);
      return [topic, found];
    }));
  }

  async close(): Promise<void> {
    await (await this.#admin?.catch(() => undefined))?.disconnect();
  }

  async #after(before: Promise<unknown>): Promise<Bounds> {
    await before.catch(() => undefined);
    this.#next = undefined;
    const look = this.#look();
    this.#underWay = look;
    return look;
  }

  async #look(): Promise<Bounds> {
    const { names, groupId, topics } = this;
    try {
      this.#admin ??= this.#connect();
      const admin = await this.#admin;
      const [groups, ends] = await Promise.all([
        admin.fetchOffsets({ groupId, topics: topics.map((topic) => names.toCluster(topic)) }),
        Promise.all(topics.map((topic) => admin.fetchTopicOffsets(names.toCluster(topic)))),
      ]);
      const committed = new Map(groups.map(({ topic, partitions }) => [names.fromCluster(topic), new Map(partitions.map((entry) => [entry.partition, entry.offset]))]));
      return new Map(topics.map((topic, index) => [topic, new Map((ends[index] ?? []).map(({ partition, low, high }) => {
        const offset = BigInt(committed.get(topic)?.get(partition) ?? -1);
        // kafkajs may have committed a negative one by itself, after an offset out of range.
        return [partition, { committed: offset < 0n ? undefined : offset, low: BigInt(low), high: BigInt(high) }];
      }))]));
    } catch (error) {
      // The next look begins with a new connection.
      await this.close().catch(() => undefined);
      this.#admin = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
  }
}
