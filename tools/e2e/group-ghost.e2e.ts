/**
 * An instance that is killed and restarted at once makes its ghost leave the group: its partitions run again in about a
 * second, not after a session time-out, and they are the same; the tasks of the others are never moved or opened anew.
 */
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { GroupBench } from './support/group-bench.js';

let bench: GroupBench;
beforeEach(async () => {
  bench = await GroupBench.open(inject('brokers'), 6);
});
afterEach(() => bench.close());

it('pitfall 9: killed and restarted, it has its partitions back at once, and the others keep theirs', async () => {
  const members = await bench.startAll(['a', 'b', 'c']);
  for (const index of [0, 1, 2, 0, 1]) {
    const killed = members[index];
    if (!killed) throw new Error('no member');
    const others = members.filter((member) => member !== killed);
    const killedAt = Date.now();
    await killed.end();
    const restarted = bench.start(killed.instance);
    members[index] = restarted;
    await bench.allRun(members, killedAt);

    const startedAt = restarted.all('started')[0]?.at ?? 0;
    const after = bench.ranAgainAfter(killed.partitions, [restarted], killedAt);
    const pause = bench.longestPause(others.flatMap(({ partitions }) => partitions), killedAt);
    console.log(`${killed.instance} killed: runs again after ${after} ms, of which ${startedAt - killedAt} ms process start; the others stood ${pause} ms`);
    expect(restarted.partitions).toEqual(killed.partitions);
    expect(others.flatMap((other) => [...other.all('closed', killedAt), ...other.all('opened', killedAt)])).toEqual([]);
    expect(killedAt + after - startedAt).toBeLessThan(bench.sessionMs / 2);
  }
});

it('pitfall 9: killed while it joins, its ghost does not hold up the group', async () => {
  const members = await bench.startAll(['a', 'b']);
  const joining = bench.start('c');
  await vi.waitFor(() => expect(joining.all('drained')).toHaveLength(1), { timeout: 20_000, interval: 2 });
  // A join takes until the others have heard of it at a heartbeat: it is under way.
  await vi.waitFor(() => expect(members.flatMap((member) => member.all('drained', joining.all('drained')[0]?.at)).length).toBeGreaterThan(0), { timeout: 20_000, interval: 2 });
  const killedAt = Date.now();
  await joining.end();
  const restarted = bench.start('c');
  await bench.allRun([...members, restarted], killedAt);
  const after = Date.now() - (restarted.all('started')[0]?.at ?? killedAt);
  console.log(`killed while joining: all run ${after} ms after the restart`);
  expect(after).toBeLessThan(bench.sessionMs / 2);
});
