import type { TopicSpec } from '@docket/contracts';
import type { GroupStatus, TopicDrift } from '@docket/stage-kafka';
import type { Cluster, OutputRecord, ReadRecord } from '../cli/cluster.js';
import type { OffsetRange } from '../kafka/offset-range.js';

export interface FakeState {
  readonly missing?: readonly string[];
  readonly drift?: readonly TopicDrift[];
  /** By topic, in the order they were written; offsets are those that the records have. */
  readonly records?: Readonly<Record<string, readonly ReadRecord[]>>;
  readonly groups?: readonly GroupStatus[];
  readonly fails?: Error;
}

/** Kafka as the commands see it, in memory. What is written is delivered to those who follow. */
export class FakeCluster implements Cluster {
  readonly applied: string[] = [];
  readonly read: string[] = [];
  readonly written: OutputRecord[] = [];
  /** Called for each record written: a stage that answers. */
  onWrite: (record: OutputRecord) => void = () => undefined;
  following = 0;
  readonly #topics = new Map<string, ReadRecord[]>();
  readonly #followers = new Map<string, Set<(record: ReadRecord) => void>>();
  #fail: (error: Error) => void = () => undefined;

  constructor(private readonly state: FakeState = {}) {
    for (const [topic, records] of Object.entries(state.records ?? {})) this.#topics.set(topic, [...records]);
  }

  planTopics(specs: readonly TopicSpec[]) {
    if (this.state.fails) return Promise.reject(this.state.fails);
    const missing = specs.filter((spec) => this.state.missing?.includes(spec.name));
    return Promise.resolve({ missing, drift: this.state.drift ?? [], unchanged: specs.length - missing.length });
  }

  async applyTopics(specs: readonly TopicSpec[]) {
    const plan = await this.planTopics(specs);
    this.applied.push(...plan.missing.map((spec) => spec.name));
    return plan;
  }

  groupLag(groups: readonly { readonly group: string; readonly topics: readonly string[] }[]) {
    return Promise.resolve(groups.flatMap(({ group, topics }) => topics.map((topic) => ({ group: `docket-${group}`, topic, partition: 0, records: 3 }))));
  }

  groupStatus(groups: readonly string[]) {
    return Promise.resolve(groups.map((group) => this.state.groups?.find((status) => status.group === group) ?? { group, state: 'empty' as const, members: [] }));
  }

  readTopics(topics: readonly string[], apply: (record: ReadRecord) => void) {
    this.read.push(...topics);
    for (const topic of topics) this.#topics.get(topic)?.forEach(apply);
    return Promise.resolve();
  }

  endsOf(topic: string) {
    const ends = new Map<number, OffsetRange>();
    for (const { partition, offset } of this.#topics.get(topic) ?? []) {
      const before = ends.get(partition);
      ends.set(partition, { from: before && before.from < offset ? before.from : offset, upTo: before && before.upTo > offset ? before.upTo : offset + 1n });
    }
    return Promise.resolve(ends);
  }

  rangesBetween(topic: string, fromMs: number, toMs: number) {
    const within = (this.#topics.get(topic) ?? []).filter(({ timestamp }) => timestamp >= fromMs && timestamp < toMs);
    return Promise.resolve(new Map([...Map.groupBy(within, ({ partition }) => partition)].map(([partition, records]): [number, OffsetRange] => {
      const offsets = records.map(({ offset }) => offset);
      return [partition, { from: offsets[0] ?? 0n, upTo: (offsets.at(-1) ?? -1n) + 1n }];
    })));
  }

  readRanges(topic: string, ranges: ReadonlyMap<number, OffsetRange>, apply: (record: ReadRecord) => void, { inTurn = false } = {}) {
    const records = (this.#topics.get(topic) ?? []).filter(({ partition, offset }) => {
      const range = ranges.get(partition);
      return range !== undefined && offset >= range.from && offset < range.upTo;
    });
    (inTurn ? records.toSorted((a, b) => a.partition - b.partition) : records).forEach(apply);
    return Promise.resolve();
  }

  follow(topic: string, apply: (record: ReadRecord) => void) {
    const followers = this.#followers.get(topic) ?? new Set();
    this.#followers.set(topic, followers.add(apply));
    this.following++;
    this.#topics.get(topic)?.forEach(apply);
    const failed = new Promise<never>((_resolve, reject) => (this.#fail = reject));
    failed.catch(() => undefined);
    const stop = () => {
      followers.delete(apply);
      this.following--;
      return Promise.resolve();
    };
    return Promise.resolve({ failed, stop });
  }

  write(record: OutputRecord) {
    this.written.push(record);
    this.deliver(record);
    this.onWrite(record);
    return Promise.resolve();
  }

  /** Puts a record at the end of its topic. */
  deliver({ topic, partition = 0, key, value, headers }: OutputRecord): void {
    const records = this.#topics.get(topic) ?? [];
    this.#topics.set(topic, records);
    const record = { topic, partition, offset: BigInt(records.length), timestamp: 0, key, value, headers };
    records.push(record);
    this.#followers.get(topic)?.forEach((apply) => apply(record));
  }

  /** What happens to followers when the brokers are gone. */
  breakOff(error: Error): void {
    this.#fail(error);
  }
}
