import { expect, it } from 'vitest';
import { ManualClock } from './manual-clock.js';

it('runs what falls due in order of time, timers set meanwhile included, and nothing that was cancelled', () => {
  const clock = new ManualClock(1_000);
  const ran: string[] = [];
  clock.schedule(20, () => ran.push(`b@${clock.now()}`));
  clock.schedule(10, () => {
    ran.push(`a@${clock.now()}`);
    clock.schedule(5, () => ran.push(`c@${clock.now()}`));
  });
  clock.schedule(15, () => ran.push('never'))();

  clock.advance(9);
  expect(ran).toEqual([]);
  clock.advance(11);
  expect(ran).toEqual(['a@1010', 'c@1015', 'b@1020']);
  expect(clock.now()).toBe(1_020);
  expect(clock.pending).toBe(0);
});
