import { beforeEach, describe, expect, it } from 'vitest';
import { VirtualTime } from '../world/virtual-time.js';
import { GroupCoordinator, type Joined } from './group-coordinator.js';

const TIMES = { sessionMs: 10_000, rebalanceMs: 15_000 };

describe('GroupCoordinator', () => {
  let time: VirtualTime;
  let group: GroupCoordinator;
  const joined = new Map<string, Joined>();
  const join = (instance: string, memberId = '', bootAt = 0, claims: { partition: number; marker: bigint }[] = []): void =>
    group.join({ memberId, instance, bootAt, claims }, (answer) => joined.set(instance, answer));

  beforeEach(() => {
    time = new VirtualTime(0);
    group = new GroupCoordinator(time, 4, TIMES);
    joined.clear();
  });

  it('makes everyone join again when one comes, and gives each its share', () => {
    join('a');
    const first = joined.get('a');
    join('b');
    expect(joined.has('b')).toBe(false);
    expect(group.heartbeat(first?.memberId ?? '', first?.generation ?? 0)).toBe(true);
    join('a', first?.memberId, 0, [2, 3].map((partition) => ({ partition, marker: 1n })));
    expect([joined.get('a')?.partitions, joined.get('b')?.partitions]).toEqual([[2, 3], [0, 1]]);
  });

  it('takes a silent member for gone after its session, and tells it when it wakes', async () => {
    join('a');
    await time.run(11_000);
    expect(() => group.heartbeat(joined.get('a')?.memberId ?? '', 1)).toThrow('UNKNOWN_MEMBER_ID');
    expect(group.size).toBe(0);
  });

  it('does not wait for a member that does not join for longer than the limit', async () => {
    join('a');
    const { memberId = '' } = joined.get('a') ?? {};
    join('b');
    for (let second = 0; second < 14; second++) {
      await time.run(time.now + 1_000);
      group.heartbeat(memberId, 1);
    }
    await time.run(time.now + 2_000);
    expect(joined.get('b')?.partitions).toEqual([0, 1, 2, 3]);
  });

  it('gives nothing to the ghost of an instance that was started anew, and lets it be evicted', () => {
    join('a');
    const ghost = joined.get('a')?.memberId;
    join('a', '', 5);
    group.join({ memberId: ghost ?? '', instance: 'a', bootAt: 0, claims: [] }, (answer) => expect(answer.partitions).toEqual([]));
    expect(joined.get('a')?.partitions).toEqual([0, 1, 2, 3]);
    group.evict('a');
    expect(group.size).toBe(0);
  });
});
