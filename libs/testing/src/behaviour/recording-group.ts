import type { InputRecord, OutputRecord, TaskPort } from '@docket/stage';
import { vi } from 'vitest';
import type { BehaviourWorld, DrivenGroup, Member } from './behaviour-world.js';

/** The partition that most behaviours are tried on. */
export const PARTITION = 1;

/** A member that does nothing by itself: it notes what it is told, and is led through its ports by hand. */
export class RecordingGroup implements DrivenGroup {
  readonly events: string[] = [];
  readonly assignments: { readonly partitions: readonly number[]; readonly newMember: boolean }[] = [];
  readonly #delivered = new Map<string, InputRecord[]>();
  readonly #claims = new Map<number, bigint>();
  #member: Member | undefined;

  private constructor(private readonly world: BehaviourWorld) {}

  /** Resolves when it has been given `count` partitions. */
  static async join(world: BehaviourWorld, count: number): Promise<RecordingGroup> {
    const group = new RecordingGroup(world);
    group.#member = await world.join(group);
    await eventually(() => expectSize(group.partitions, count));
    return group;
  }

  get member(): Member {
    if (!this.#member) throw new Error('not joined');
    return this.#member;
  }

  /** As of the last join. */
  get partitions(): readonly number[] {
    return this.assignments.at(-1)?.partitions ?? [];
  }

  /** A port for a new life, fenced. */
  async open(partition = PARTITION): Promise<TaskPort> {
    const port = this.member.open(partition);
    await port.fence();
    return port;
  }

  claim(partition: number, marker: bigint): void {
    this.#claims.set(partition, marker);
  }

  records(topic: string, partition = PARTITION): readonly InputRecord[] {
    return this.#delivered.get(`${topic}/${partition}`) ?? [];
  }

  values(topic: string, partition = PARTITION): string[] {
    return this.records(topic, partition).map(({ value }) => String(value));
  }

  /** Resolves when fetches begun before now are over: what could be delivered by them has been. */
  async quiet(port: TaskPort, partition = PARTITION): Promise<void> {
    const { probe } = this.world.topics;
    port.resume(probe);
    for (let round = 0; round < 2; round++) {
      const seen = this.records(probe, partition).length;
      await this.world.append(probe, partition, ['probe']);
      await eventually(() => expectSize(this.records(probe, partition).slice(seen), 1));
    }
  }

  beforeJoin(): Promise<void> {
    this.events.push('beforeJoin');
    return Promise.resolve();
  }

  assigned(partitions: readonly number[], { newMember }: { readonly newMember: boolean }): void {
    this.events.push('assigned');
    this.assignments.push({ partitions: [...partitions].sort(), newMember });
  }

  accept(topic: string, partition: number, records: readonly InputRecord[]): void {
    const name = `${topic}/${partition}`;
    this.#delivered.set(name, [...(this.#delivered.get(name) ?? []), ...records]);
  }

  claims(): { partition: number; marker: bigint }[] {
    return [...this.#claims].map(([partition, marker]) => ({ partition, marker }));
  }
}

/** Polls until `check` does not throw. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 30_000, interval: 5 });
}

export function record(topic: string, value: string, partition = PARTITION): OutputRecord {
  return { topic, partition, key: 'k', value: Buffer.from(value), headers: {} };
}

function expectSize(list: readonly unknown[], count: number): void {
  if (list.length < count) throw new Error(`${list.length} of ${count}`);
}
