/**
 * Every JoinGroup waits for the drain hook, at the start, in each rebalance and after a crash; only the first join of a
 * client's life is told as such. A member that joins or leaves cleanly takes from or gives to the others no more than
 * it must, within about a second.
 */
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { GroupBench, type GroupMember } from './support/group-bench.js';

const DRAIN_MS = 150;

let bench: GroupBench;
beforeEach(async () => {
  bench = await GroupBench.open(inject('brokers'), 6);
});
afterEach(() => bench.close());

/** No JoinGroup was sent while it drained, and each came after a drain of its own; a new member sends two, the first to be given its id. */
function expectDrainedBeforeEachJoin(member: GroupMember): void {
  const drains = member.all('drained');
  const sent = member.all('join-sent');
  expect(drains.length).toBeGreaterThanOrEqual(member.all('joined').length);
  for (const { from, at } of drains) {
    expect(at - from).toBeGreaterThanOrEqual(DRAIN_MS - 2);
    expect(sent.filter((join) => join.at > from && join.at < at)).toEqual([]);
  }
  for (const [index, { at }] of drains.entries()) {
    const until = drains[index + 1]?.from ?? Infinity;
    expect(sent.filter((join) => join.at >= at && join.at <= until).length).toBeLessThanOrEqual(2);
  }
}

it('pitfall 6: joins and clean leaves move little, quickly, and each join waits for the drain', async () => {
  const members = await bench.startAll(['a', 'b'], DRAIN_MS);
  const before = members.map(({ partitions }) => partitions);

  const joinsAt = Date.now();
  const third = bench.start('c', DRAIN_MS);
  await bench.allRun([...members, third], joinsAt);
  const startedAt = third.all('started')[0]?.at ?? 0;
  console.log(`join: all run after ${Date.now() - startedAt} ms; the others stood ${bench.longestPause(members.flatMap(({ partitions }) => partitions), joinsAt)} ms, drain of ${DRAIN_MS} ms included`);
  for (const [index, { partitions }] of members.entries()) {
    expect(before[index]).toEqual(expect.arrayContaining([...partitions]));
    expect(members[index]?.all('opened', joinsAt)).toEqual([]);
  }

  const stopsAt = Date.now();
  await third.end('stop');
  await bench.allRun(members, stopsAt);
  const leftAt = third.all('stopped')[0]?.at ?? stopsAt;
  console.log(`clean stop: its partitions run ${bench.ranAgainAfter(third.partitions, members, leftAt)} ms after it has left`);
  for (const member of [...members, third]) expectDrainedBeforeEachJoin(member);
  for (const member of members) expect(member.all('closed', stopsAt)).toEqual([]);
});

it('a consumer that crashes begins anew as a first join', async () => {
  const [member] = await bench.startAll(['a'], DRAIN_MS);
  if (!member) throw new Error('no member');
  expect(member.all('drained').map(({ first }) => first)).toEqual([true]);
  const crashedAt = Date.now();
  member.tell('crash');
  await bench.allRun([member], crashedAt + 200);
  expect(member.all('drained', crashedAt).map(({ first }) => first)).toEqual([true]);
  expectDrainedBeforeEachJoin(member);
});
