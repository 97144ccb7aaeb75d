/**
 * The heartbeat lease never outlasts the membership: the group gives a frozen member's partitions to another only after
 * the lease has ended, and the member knows at once when it wakes. It is sure to be no zombie only after it has
 * rejoined.
 */
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { GroupBench } from './support/group-bench.js';

let bench: GroupBench;
beforeEach(async () => {
  bench = await GroupBench.open(inject('brokers'), 4);
});
afterEach(() => bench.close());

it('a frozen member loses its partitions only after its lease, and knows when it wakes', async () => {
  const [other, frozen] = await bench.startAll(['a', 'b']);
  if (!other || !frozen) throw new Error('no members');
  await vi.waitFor(() => expect(frozen.all('lease').length).toBeGreaterThan(3), { timeout: 10_000 });
  const renewals = frozen.all('lease');
  for (const { sentAt, until, at } of renewals) {
    expect(sentAt).toBeLessThanOrEqual(at);
    expect(at - sentAt).toBeLessThan(1_000);
    expect(until).toBe(sentAt + bench.sessionMs - bench.marginMs);
  }

  frozen.signal('SIGSTOP');
  const frozenAt = Date.now();
  await vi.waitFor(() => expect(other.partitions).toHaveLength(4), { timeout: 20_000, interval: 20 });
  const until = frozen.all('lease').at(-1)?.until ?? 0;
  const takenAt = other.all('joined').at(-1)?.at ?? 0;
  console.log(`frozen: taken over ${takenAt - frozenAt} ms later, ${takenAt - until} ms after the lease`);
  expect(takenAt).toBeGreaterThan(until + bench.marginMs);

  frozen.signal('SIGCONT');
  const wokenAt = Date.now();
  await bench.allRun([other, frozen], wokenAt);
  console.log(`woken: has rejoined and runs after ${Date.now() - wokenAt} ms`);
  const woke = frozen.all('woke')[0];
  expect(woke?.until).toBeLessThan(woke?.at ?? 0);
  await vi.waitFor(() => expect(frozen.all('alive')).toHaveLength(1));
  expect(frozen.all('alive')[0]?.at).toBeGreaterThanOrEqual(frozen.all('joined', wokenAt)[0]?.at ?? Infinity);
});
