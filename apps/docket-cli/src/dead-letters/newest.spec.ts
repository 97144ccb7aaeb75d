import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Newest } from './newest.js';

it('keeps the newest, newest first, of equal times the first to come, and counts all', () => {
  fc.assert(fc.property(fc.array(fc.nat({ max: 50 }), { maxLength: 400 }), fc.integer({ min: 1, max: 20 }), (times, most) => {
    const entries = times.map((time, id) => ({ at: new Date(time).toISOString(), id }));
    const newest = new Newest<(typeof entries)[number]>(most);
    for (const entry of entries) newest.add(entry);
    const sorted = entries.toSorted((a, b) => b.at.localeCompare(a.at) || a.id - b.id);
    expect(newest.listed).toEqual(sorted.slice(0, most));
    expect(newest.count).toBe(times.length);
  }));
});
