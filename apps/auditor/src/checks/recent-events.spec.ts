import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RecentEvents } from './recent-events.js';

describe('recent events', () => {
  it('tells new, duplicate and conflict apart', () => {
    const events = new RecentEvents(10);
    expect(events.recognise('a', '1')).toBe('new');
    expect(events.recognise('b', '1')).toBe('new');
    expect(events.recognise('a', '1')).toBe('duplicate');
    expect(events.recognise('a', '2')).toBe('conflict');
  });

  it('compares with what it saw first, also after a conflict', () => {
    const events = new RecentEvents(10);
    events.recognise('a', '1');
    events.recognise('a', '2');
    expect(events.recognise('a', '2')).toBe('conflict');
    expect(events.recognise('a', '1')).toBe('duplicate');
  });

  it('knows the last half of its capacity, and never holds more than its capacity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.array(fc.integer({ min: 0, max: 20 }), { maxLength: 200 }), (capacity, ids) => {
        const events = new RecentEvents(capacity);
        const order: number[] = [];
        for (const id of ids) {
          const recent = new Set(order.slice(0, Math.floor(capacity / 2)));
          const recognised = events.recognise(String(id), 'digest');
          if (recent.has(id)) expect(recognised).toBe('duplicate');
          if (!order.includes(id)) expect(recognised).toBe('new');
          const at = order.indexOf(id);
          if (at >= 0) order.splice(at, 1);
          order.unshift(id);
          expect(events.size).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});
