import { describe, expect, it } from 'vitest';
import { DeadLetterLimit } from './dead-letter-limit.js';

describe('DeadLetterLimit', () => {
  it('is passed when more than `most` of the last `of` are dead', () => {
    const limit = new DeadLetterLimit({ of: 4, most: 2 });
    expect([true, true, false, true].map((dead) => limit.add(dead))).toEqual([false, false, false, true]);
  });

  it('forgets what is further back', () => {
    const limit = new DeadLetterLimit({ of: 3, most: 1 });
    expect([true, false, false, true, false, false, true].map((dead) => limit.add(dead))).toEqual(Array.from({ length: 7 }, () => false));
    expect(limit.add(true)).toBe(true);
  });
});
