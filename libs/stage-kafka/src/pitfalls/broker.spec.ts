import type { TopicSpec } from '@docket/contracts';
import type { ConsumerConfig, ConsumerRunConfig, EachBatchPayload, Kafka } from 'kafkajs';
import { afterEach, expect, it, vi } from 'vitest';
import { GroupBounds } from '../group-bounds.js';
import { applyTopics } from '../topic-admin.js';
import { TopicNames } from '../topic-names.js';
import { TopicTable } from '../topic-table.js';

const nothing = () => undefined;
const names = new TopicNames();
afterEach(() => vi.useRealTimers());

/** A client whose admin answers so. */
function client(admin: object, more: object = {}): Kafka {
  const whole = { connect: () => Promise.resolve(), disconnect: () => Promise.resolve(), ...admin };
  return { admin: () => whole, ...more } as unknown as Kafka;
}

it('pitfall 10: a table follows all partitions as a group of its own, and commits nothing', async () => {
  const groups: string[] = [];
  const runs: ConsumerRunConfig[] = [];
  const commitOffsets = vi.fn();
  const consumer = ({ groupId }: ConsumerConfig) => {
    groups.push(groupId);
    return {
      events: {}, on: nothing, commitOffsets, connect: () => Promise.resolve(), disconnect: () => Promise.resolve(), subscribe: () => Promise.resolve(),
      run: (config: ConsumerRunConfig) => Promise.resolve(void runs.push(config)),
    };
  };
  const kafka = client({ fetchTopicOffsets: () => Promise.resolve([]) }, { consumer });
  for (let i = 0; i < 2; i++) {
    const table = new TopicTable(kafka, names, ['t'], nothing, nothing);
    await table.start();
    await table.stop();
  }
  expect(groups[0]).toMatch(/^docket-table-/);
  expect(groups[1]).not.toBe(groups[0]);
  expect(runs.map(({ autoCommit }) => autoCommit)).toEqual([false, false]);
  expect(commitOffsets).not.toHaveBeenCalled();
});

it('pitfall 10: a table that begins again at the first record, as each rejoin does, never goes back to an older one', async () => {
  let run: ConsumerRunConfig | undefined;
  const consumer = () => ({
    events: {}, on: nothing, connect: () => Promise.resolve(), disconnect: () => Promise.resolve(), subscribe: () => Promise.resolve(),
    run: (config: ConsumerRunConfig) => Promise.resolve(void (run = config)),
  });
  const applied: string[] = [];
  const table = new TopicTable(client({ fetchTopicOffsets: () => Promise.resolve([]) }, { consumer }), names, ['t'], ({ value }) => applied.push(String(value)), nothing);
  await table.start();
  const fetched = (highWatermark: number, ...values: string[]) => run?.eachBatch?.({
    batch: { topic: 't', partition: 0, highWatermark: String(highWatermark), messages: values.map((value, offset) => ({ offset: String(offset), key: null, value: Buffer.from(value), headers: {}, timestamp: '1' })) },
  } as unknown as EachBatchPayload);
  await fetched(2, 'old', 'new');
  await fetched(3, 'old', 'new', 'newer');
  expect(applied).toEqual(['old', 'new', 'newer']);
  // A topic that was made anew is another one.
  await fetched(1, 'first');
  expect(applied.at(-1)).toBe('first');
});

it.each([['-2', undefined], ['-1', undefined], ['0', 0n], ['7', 7n]])('pitfall 11: a committed offset of %s counts as %s', async (offset, committed) => {
  const kafka = client({
    fetchOffsets: () => Promise.resolve([{ topic: 'in', partitions: [{ partition: 1, offset }] }]),
    fetchTopicOffsets: () => Promise.resolve([{ partition: 1, low: '3', high: '9' }]),
  });
  expect(await new GroupBounds(kafka, names, 'g', ['in']).of(1, ['in'])).toEqual(new Map([['in', { committed, low: 3n, high: 9n }]]));
});

it('pitfall 21: topics count as created only when every one of them serves', async () => {
  vi.useFakeTimers();
  const topics: TopicSpec[] = ['a', 'b'].map((name) => ({ name, partitions: 2, key: '', writers: [], readers: [], config: {} }));
  const createTopics = vi.fn(() => Promise.resolve(true));
  const asked: string[] = [];
  let serves = false;
  const kafka = client({
    listTopics: () => Promise.resolve([]), createTopics,
    fetchTopicOffsets: (topic: string) => {
      asked.push(topic);
      return serves || topic === 'a' ? Promise.resolve([]) : Promise.reject(new Error('no leader'));
    },
  });
  let applied = false;
  const done = applyTopics(kafka, names, topics, 1).then(() => (applied = true));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(createTopics).toHaveBeenCalledOnce();
  expect(asked.filter((topic) => topic === 'b').length).toBeGreaterThan(5);
  expect(applied).toBe(false);
  serves = true;
  await vi.advanceTimersByTimeAsync(100);
  await done;
});

it('pitfall 15: topics that another created meanwhile are no failure, those that are still missing are', async () => {
  const topics: TopicSpec[] = [{ name: 'a', partitions: 1, key: '', writers: [], readers: [], config: {} }];
  const lists = [[], ['a'], [], []];
  const kafka = client({
    listTopics: () => Promise.resolve(lists.shift() ?? []),
    createTopics: () => Promise.reject(new Error('already exists')),
    fetchTopicMetadata: () => Promise.resolve({ topics: [{ name: 'a', partitions: [{}] }] }),
    describeConfigs: () => Promise.resolve({ resources: [] }),
    fetchTopicOffsets: () => Promise.resolve([]),
  });
  expect((await applyTopics(kafka, names, topics, 1)).missing).toEqual(topics);
  await expect(applyTopics(kafka, names, topics, 1)).rejects.toMatchObject({ code: 'DOCKET_TOPICS' });
});
