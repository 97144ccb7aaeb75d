import { ManualClock } from '@docket/contracts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FunderQuota } from './funder-quota.js';
import { QuotaCounts, type CountRecord } from './quota-counts.js';

const NOON = Date.UTC(2027, 4, 30, 12);
const DAY_MS = 86_400_000;

/** Records of the topic, in the order of their commits. */
class Topic {
  readonly records: CountRecord[] = [];
  /** A process that has read the topic from its beginning. */
  process(writer: string): QuotaCounts {
    const counts = new QuotaCounts(writer);
    for (const { key, value } of this.records) expect(counts.apply(key, value)).toBe(true);
    return counts;
  }
}

function quota(counts: QuotaCounts, clock = new ManualClock(NOON), own: { perDay?: number; perMonth?: number } = { perDay: 5 }) {
  const ratios = new Map<string, number>();
  const metrics = { set: (_name: string, value: number, labels: Readonly<Record<string, string>> = {}) => void ratios.set(labels['window'] ?? '', value) };
  return { clock, ratios, quota: new FunderQuota({ funder: 'f', timeZone: 'UTC', counts, clock, metrics, ...own }) };
}

/** A quota is one count for all processes that ever had the funder: no restart and no hand-over gives it anew. */
describe('FunderQuota', () => {
  it('never lets more through than the quota, whoever has the funder, killed or not, and counts each unit once', () => {
    const step = fc.record({ kind: fc.constantFrom('submit', 'submit', 'submit', 'fails', 'killed', 'hands over', 'again'), unit: fc.integer({ min: 0, max: 8 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (steps, perDay) => {
        const topic = new Topic();
        let life = 0;
        let counts = topic.process('p0');
        let now = quota(counts, undefined, { perDay });
        const made = new Set<string>();
        for (const [at, { kind, unit }] of steps.entries()) {
          if (kind === 'hands over') {
            counts = topic.process(`p${++life}`);
            now = quota(counts, undefined, { perDay });
            continue;
          }
          // Some unit comes a second time, its first commit lost: in this process, or in the next after a kill.
          const name = kind === 'again' ? `again-${life}-${unit}` : `unit-${at}`;
          if (now.quota.exhausted()) {
            expect(made.size).toBeGreaterThanOrEqual(perDay);
            continue;
          }
          const place = now.quota.place(name);
          if (kind === 'fails') place.release();
          else if (kind === 'killed') {
            place.count();
            counts = topic.process(`p${++life}`);
            now = quota(counts, undefined, { perDay });
          } else {
            topic.records.push(place.count());
            made.add(name);
          }
          place.release();
          expect(made.size).toBeLessThanOrEqual(perDay);
        }
        expect(topic.process('reader').total('f', '2027-05-30')).toBe(made.size);
      }),
    );
  });

  it('keeps a place for each submission under way', () => {
    const { quota: it } = quota(new QuotaCounts('p'), undefined, { perDay: 2 });
    const [first, second] = [it.place('a'), it.place('b')];
    // What is under way may fail yet: nobody is to wait for the next day.
    expect([it.exhausted(), it.full]).toEqual([undefined, true]);
    first.release();
    first.release();
    expect([it.exhausted(), it.full]).toEqual([undefined, false]);
    const third = it.place('c');
    second.count();
    expect([it.exhausted(), it.full]).toEqual([undefined, true]);
    third.count();
    expect(it.exhausted()).toMatchObject({ window: 'day' });
  });

  it('opens with the next day and the next month; used up both, with the later one', () => {
    const { clock, quota: it, ratios } = quota(new QuotaCounts('p'), undefined, { perDay: 2, perMonth: 3 });
    it.place('a').count();
    it.place('b').count();
    expect([...ratios]).toEqual([['day', 0], ['month', 1 / 3]]);
    expect(it.exhausted()).toEqual({ window: 'day', opensAt: Date.UTC(2027, 4, 31) });
    clock.advance(DAY_MS);
    expect(it.exhausted()).toBeUndefined();
    it.place('c').count();
    expect(it.exhausted()).toEqual({ window: 'month', opensAt: Date.UTC(2027, 5, 1) });
    clock.advance(DAY_MS);
    it.tell();
    expect([...ratios]).toEqual([['day', 1], ['month', 1]]);
    expect(it.exhausted()).toBeUndefined();
  });

  it('takes what others count while it runs, each writer by its highest count', () => {
    const counts = new QuotaCounts('p');
    const { quota: it } = quota(counts);
    for (const count of [1, 3, 2]) counts.apply('f/2027-05-30/other', Buffer.from(JSON.stringify({ count })));
    counts.apply('f/2027-05-30/third', Buffer.from('{"count":1}'));
    it.place('a').count();
    expect(counts.total('f', '2027-05')).toBe(5);
    expect(it.exhausted()).toBeDefined();
  });

  it.each([[null, '{"count":1}'], ['f/2027-05-30', '{"count":1}'], ['f/May/w', '{"count":1}'], ['f/2027-05-30/w', '{"count":-1}'], ['f/2027-05-30/w', '{"count":"1"}'], ['f/2027-05-30/w', 'x'], ['f/2027-05-30/w/x', '{"count":1}']])(
    'passes over a record of %j and %s', (key, value) => {
      const counts = new QuotaCounts('p');
      expect(counts.apply(key, Buffer.from(value))).toBe(false);
      expect(counts.total('f', '')).toBe(0);
    },
  );
});
