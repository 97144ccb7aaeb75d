import { describe, expect, it } from 'vitest';
import { VirtualTime } from './virtual-time.js';

describe('VirtualTime', () => {
  it('runs what is due in order of time, then of insertion', async () => {
    const time = new VirtualTime(0);
    const seen: string[] = [];
    time.after(20, () => seen.push('c'));
    time.after(10, () => {
      seen.push('a');
      time.after(0, () => seen.push('a2'));
    });
    time.after(10, () => seen.push('b'));
    await time.run(100);
    expect(seen).toEqual(['a', 'b', 'a2', 'c']);
    expect(time.now).toBe(100);
  });

  it('runs promises to their end between two steps of client code', async () => {
    const time = new VirtualTime(0);
    const seen: string[] = [];
    time.after(1, () => {
      void (async () => {
        for (let turn = 0; turn < 50; turn++) await Promise.resolve();
        seen.push('promise');
      })();
    }, true);
    time.after(1, () => seen.push('next'), true);
    await time.run(10);
    expect(seen).toEqual(['promise', 'next']);
  });

  it('leaves out what was cancelled, and stops when it is done', async () => {
    const time = new VirtualTime(0);
    const seen: string[] = [];
    time.after(5, () => seen.push('cancelled')).fn = undefined;
    time.after(5_000, () => seen.push('late'));
    expect(await time.run(9_000, () => time.now >= 0)).toBe(true);
    expect(seen).toEqual([]);
  });
});
