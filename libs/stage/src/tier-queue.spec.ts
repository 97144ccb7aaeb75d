import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TierQueue } from './tier-queue.js';

describe('TierQueue', () => {
  it('gives what is due by due time, and of equal times in the order of adding', () => {
    fc.assert(fc.property(fc.array(fc.nat(20)), fc.nat(20), (times, now) => {
      const queue = new TierQueue<number>();
      for (const [index, dueAt] of times.entries()) queue.add(dueAt, index);
      const due = [...times.entries()].sort((a, b) => a[1] - b[1] || a[0] - b[0]).filter(([, dueAt]) => dueAt <= now).map(([index]) => index);
      const taken: number[] = [];
      for (let item = queue.takeDue(now, () => true); item !== undefined; item = queue.takeDue(now, () => true)) taken.push(item);
      expect(taken).toEqual(due);
      const left = times.filter((dueAt) => dueAt > now);
      expect(queue.nextDueAt).toBe(left.length > 0 ? Math.min(...left) : undefined);
    }));
  });
});
