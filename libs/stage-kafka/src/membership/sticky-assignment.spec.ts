import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assignPartitions, type MemberClaim, type TaskClaim } from './sticky-assignment.js';

type Shares = ReadonlyMap<string, readonly number[]>;

function member(memberId: string, tasks: readonly TaskClaim[] = [], more: Partial<MemberClaim> = {}): MemberClaim {
  return { memberId, instance: memberId, bootAt: 1, tasks, ...more };
}

function claims(marker: bigint, ...partitions: number[]): TaskClaim[] {
  return partitions.map((partition) => ({ partition, marker }));
}

/** Members that may have a share. */
function liveOf(members: readonly MemberClaim[]): MemberClaim[] {
  return members.filter((one) => !members.some((other) => other.instance === one.instance && (other.bootAt > one.bootAt || (other.bootAt === one.bootAt && other.memberId < one.memberId))));
}

/** The member whose open task on a partition is the newest. */
function holderOf(partition: number, members: readonly MemberClaim[]): string | undefined {
  const all = members.flatMap(({ memberId, tasks }) => tasks.filter((task) => task.partition === partition).map(({ marker }) => ({ memberId, marker })));
  return all.sort((a, b) => (a.marker > b.marker ? -1 : 1))[0]?.memberId;
}

function kept(shares: Shares, members: readonly MemberClaim[], partitions: number): number {
  return Array.from({ length: partitions }, (_, p) => p).filter((p) => shares.get(holderOf(p, members) ?? '')?.includes(p)).length;
}

/** The most open tasks that any even assignment leaves in place: all assignments are tried. */
function mostKept(partitions: number, members: readonly MemberClaim[]): number {
  const live = liveOf(members).map(({ memberId }) => memberId);
  const holders = Array.from({ length: partitions }, (_, p) => live.indexOf(holderOf(p, members) ?? ''));
  const counts = live.map(() => 0);
  const place = (partition: number): number => {
    if (partition === partitions) return Math.max(...counts) - Math.min(...counts) <= 1 ? 0 : -Infinity;
    let best = -Infinity;
    for (const [index] of live.entries()) {
      counts[index] = (counts[index] ?? 0) + 1;
      best = Math.max(best, place(partition + 1) + (holders[partition] === index ? 1 : 0));
      counts[index] = (counts[index] ?? 0) - 1;
    }
    return best;
  };
  return place(0);
}

function expectSound(shares: Shares, partitions: number, members: readonly MemberClaim[]): void {
  const live = new Set(liveOf(members).map(({ memberId }) => memberId));
  expect([...shares.keys()].sort()).toEqual(members.map(({ memberId }) => memberId).sort());
  expect([...shares.values()].flat().sort((a, b) => a - b)).toEqual(live.size === 0 ? [] : Array.from({ length: partitions }, (_, p) => p));
  const sizes = [...shares].filter(([memberId]) => live.has(memberId)).map(([, share]) => share.length);
  if (sizes.length > 0) expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  for (const [memberId, share] of shares) {
    if (!live.has(memberId)) expect(share).toEqual([]);
    expect(share).toEqual([...share].sort((a, b) => a - b));
  }
}

/** Any claims at all, also ones that contradict each other; each marker is used once a partition, as in a ledger. */
function anyGroup(maxMembers: number, maxPartitions: number): fc.Arbitrary<{ partitions: number; members: MemberClaim[] }> {
  const task = fc.record({ partition: fc.nat(maxPartitions), marker: fc.bigInt(0n, 50n) });
  const tasks = fc.uniqueArray(task, { maxLength: maxPartitions, selector: ({ partition }) => partition });
  const one = fc.record({ instance: fc.constantFrom('a', 'b', 'c', 'd', 'e'), bootAt: fc.nat(3), tasks });
  return fc.record({ partitions: fc.nat(maxPartitions), members: fc.array(one, { minLength: 1, maxLength: maxMembers }) }).map(({ partitions, members }) => ({
    partitions,
    members: members.map((claim, index) => ({
      ...claim,
      memberId: `m${index}`,
      tasks: claim.tasks.map(({ partition, marker }) => ({ partition, marker: marker * 10n + BigInt(index) })),
    })),
  }));
}

describe('any claims', () => {
  it('are answered evenly, and with as few moves as trying all assignments finds', () => {
    fc.assert(fc.property(anyGroup(4, 6), ({ partitions, members }) => {
      const shares = assignPartitions(partitions, members);
      expectSound(shares, partitions, members);
      expect(kept(shares, members, partitions)).toBe(mostKept(partitions, members));
    }), { numRuns: 2_000 });
  });

  it('are answered alike by every member, whatever order it sees', () => {
    const shuffled = anyGroup(8, 40).chain(({ partitions, members }) => fc.record({
      partitions: fc.constant(partitions), members: fc.constant(members), other: fc.shuffledSubarray(members, { minLength: members.length }),
    }));
    fc.assert(fc.property(shuffled, ({ partitions, members, other }) => {
      const shares = assignPartitions(partitions, members);
      expectSound(shares, partitions, members);
      expect(new Map(assignPartitions(partitions, other))).toEqual(new Map(shares));
    }), { numRuns: 2_000 });
  });
});

describe('a group over its life', () => {
  const step = fc.record({ what: fc.constantFrom('join', 'leave', 'crash', 'restart', 'restart-evicted', 'ghost-ends'), who: fc.nat(100) });

  it('pitfall 9: moves no more than it must through joins, leaves and crashes', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 24 }), fc.array(step, { minLength: 1, maxLength: 25 }), (partitions, steps) => {
      let members: MemberClaim[] = [];
      let time = 1n;
      for (const [index, { what, who }] of steps.entries()) {
        const chosen = members[who % Math.max(1, members.length)];
        const memberId = `m${index}`;
        const rest = members.filter((one) => one !== chosen);
        // A crash that is not noticed leaves a ghost, with its claims of that time.
        if (what === 'join') members = [...members, member(memberId, [], { bootAt: index })];
        else if (what === 'restart' && chosen) members = [...members, member(memberId, [], { instance: chosen.instance, bootAt: index })];
        else if (what === 'restart-evicted' && chosen) members = [...rest, member(memberId, [], { instance: chosen.instance, bootAt: index })];
        else members = rest;

        const shares = assignPartitions(partitions, members);
        expectSound(shares, partitions, members);
        expect(kept(shares, members, partitions)).toBe(bound(partitions, members));
        time += 1n;
        const live = new Set(liveOf(members));
        members = members.map((one) => (live.has(one) ? { ...one, tasks: open(one, shares.get(one.memberId) ?? [], time) } : one));
      }
    }), { numRuns: 1_500 });
  });

  /** Tasks kept are as they were, others opened now. */
  function open({ tasks }: MemberClaim, share: readonly number[], marker: bigint): TaskClaim[] {
    return share.map((partition) => tasks.find((task) => task.partition === partition) ?? { partition, marker });
  }

  /** As mostKept, by arithmetic: each member keeps up to the lesser share, and one more as often as there are larger shares. */
  function bound(partitions: number, members: readonly MemberClaim[]): number {
    const live = liveOf(members);
    if (live.length === 0) return 0;
    const least = Math.floor(partitions / live.length);
    const held = live.map(({ memberId }) => Array.from({ length: partitions }, (_, p) => p).filter((p) => holderOf(p, members) === memberId).length);
    return held.reduce((sum, count) => sum + Math.min(count, least), 0) + Math.min(partitions % live.length, held.filter((count) => count > least).length);
  }

  it('a member that joins takes only its share, and the others keep the rest of theirs', () => {
    const shares = assignPartitions(6, [member('a', claims(1n, 0, 2, 4)), member('b', claims(1n, 1, 3, 5)), member('c')]);
    expect(Object.fromEntries(shares)).toEqual({ a: [0, 2], b: [1, 3], c: [4, 5] });
  });

  it('pitfall 9: an instance that was killed and restarted gets its partitions back, the ghost being there or not', () => {
    const others = [member('a', claims(1n, 0, 3)), member('c', claims(1n, 1, 5))];
    const restarted = member('b-2', [], { instance: 'b', bootAt: 2 });
    const ghost = member('b-1', claims(1n, 2, 4), { instance: 'b', bootAt: 1 });
    expect(assignPartitions(6, [...others, restarted]).get('b-2')).toEqual([2, 4]);
    expect(Object.fromEntries(assignPartitions(6, [ghost, ...others, restarted]))).toEqual({ a: [0, 3], 'b-1': [], 'b-2': [2, 4], c: [1, 5] });
  });
});

it('pitfall 9: of two claims on one partition the newer marker wins', () => {
  const shares = assignPartitions(2, [member('a', claims(5n, 0, 1)), member('b', claims(9n, 0))]);
  expect(Object.fromEntries(shares)).toEqual({ a: [1], b: [0] });
});

it('more members than partitions: some have none; no members: no shares', () => {
  expect([...assignPartitions(1, [member('a'), member('b', claims(1n, 0))]).entries()]).toEqual([['a', []], ['b', [0]]]);
  expect(assignPartitions(3, []).size).toBe(0);
  expect(assignPartitions(0, [member('a', claims(1n, 0))]).get('a')).toEqual([]);
});
