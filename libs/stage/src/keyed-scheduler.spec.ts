import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyedScheduler } from './keyed-scheduler.js';

type Step = { readonly do: 'add'; readonly key: string } | { readonly do: 'take' | 'finish' | 'wait' | 'wake' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ do: fc.constantFrom('take' as const, 'finish' as const, 'wait' as const, 'wake' as const) }),
);

/** However work arrives, finishes, waits and wakes: a key's items run one at a time and in order. */
describe('KeyedScheduler', () => {
  it('keeps the order of each key and its bound on what runs', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 80 }), fc.integer({ min: 1, max: 3 }), (steps, concurrency) => {
      const scheduler = new KeyedScheduler<number>(concurrency);
      const added = new Map<string, number[]>();
      const finished = new Map<string, number[]>();
      const running = new Map<string, number>();
      const waiting: string[] = [];
      let next = 0;
      for (const what of steps) {
        const [first] = running;
        if (what.do === 'add') {
          scheduler.add(what.key, next);
          added.set(what.key, [...(added.get(what.key) ?? []), next++]);
        } else if (what.do === 'take') {
          const head = scheduler.take();
          if (!head) continue;
          expect(running.has(head.key)).toBe(false);
          expect(waiting).not.toContain(head.key);
          running.set(head.key, head.item);
        } else if (what.do === 'wake') {
          const key = waiting.shift();
          if (key !== undefined) scheduler.wake(key);
        } else if (first) {
          const [key, item] = first;
          running.delete(key);
          if (what.do === 'finish') {
            scheduler.finish(key);
            finished.set(key, [...(finished.get(key) ?? []), item]);
          } else {
            scheduler.wait(key);
            waiting.push(key);
          }
        }
        expect(running.size).toBeLessThanOrEqual(concurrency);
      }
      for (const [key, items] of finished) expect(items).toEqual(added.get(key)?.slice(0, items.length));
    }));
  });

  it('lets no key wait behind another that is waiting', () => {
    const scheduler = new KeyedScheduler<number>(1);
    scheduler.add('slow', 1);
    scheduler.add('other', 2);
    expect(scheduler.take()?.key).toBe('slow');
    scheduler.wait('slow');
    expect(scheduler.take()?.key).toBe('other');
  });

  it('lets a head leave with all that is behind it, and others of the key begin anew', () => {
    const scheduler = new KeyedScheduler<number>(1);
    for (const item of [1, 2, 3]) scheduler.add('a', item);
    scheduler.take();
    expect(scheduler.leave('a')).toEqual([2, 3]);
    scheduler.add('a', 4);
    expect(scheduler.take()?.item).toBe(4);
  });

  it('has the follower run when its head is finished or wakes', () => {
    const scheduler = new KeyedScheduler<number>(1);
    for (const item of [1, 2]) scheduler.add('a', item);
    scheduler.take();
    scheduler.wait('a');
    expect(scheduler.take()).toBeUndefined();
    scheduler.wake('a');
    expect(scheduler.take()?.item).toBe(1);
    scheduler.finish('a');
    expect(scheduler.take()?.item).toBe(2);
  });

  it('refuses to end what does not run', () => {
    const scheduler = new KeyedScheduler<number>(1);
    scheduler.add('a', 1);
    expect(() => scheduler.finish('a')).toThrow();
    expect(() => scheduler.leave('b')).toThrow();
  });
});
