import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDay, weekday } from './calendar-date.js';
import { federalHoliday } from './federal-holidays.js';
import { workingDaysAfter } from './working-days.js';

const dates = fc
  .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));

describe('working days after a date', () => {
  it.each([
    { receipt: '2026-11-20', day16: '2026-12-15', day20: '2026-12-21', day30: '2027-01-06' },
    { receipt: '2027-12-15', day16: '2028-01-10', day20: '2028-01-14', day30: '2028-01-31' },
    { receipt: '2028-10-20', day16: '2028-11-14', day20: '2028-11-20', day30: '2028-12-05' },
  ])('of a request received on $receipt', ({ receipt, day16, day20, day30 }) => {
    const { counted } = workingDaysAfter(receipt, 30, federalHoliday);
    expect([counted[15], counted[19], counted[29]]).toEqual([day16, day20, day30]);
  });

  it('says of every day that does not count why', () => {
    expect(workingDaysAfter('2026-11-24', 3, federalHoliday)).toEqual({
      counted: ['2026-11-25', '2026-11-27', '2026-11-30'],
      skipped: [
        { date: '2026-11-26', reason: 'Thanksgiving Day' },
        { date: '2026-11-28', reason: 'Saturday' },
        { date: '2026-11-29', reason: 'Sunday' },
      ],
    });
  });

  it('the day of receipt is day 0, also where it is no working day', () => {
    expect(workingDaysAfter('2026-11-28', 1, federalHoliday).counted).toEqual(['2026-11-30']);
  });

  it('counts exactly n days, all of them working days, and leaves no day out', () => {
    fc.assert(
      fc.property(dates, fc.integer({ min: 1, max: 60 }), (start, count) => {
        const { counted, skipped } = workingDaysAfter(start, count, federalHoliday);
        expect(counted).toHaveLength(count);
        for (const date of counted) {
          expect([0, 6]).not.toContain(weekday(date));
          expect(federalHoliday(date)).toBeUndefined();
        }
        const all = [...counted, ...skipped.map((day) => day.date)].sort();
        const days: string[] = [];
        for (let date = nextDay(start); days.length < all.length; date = nextDay(date)) days.push(date);
        expect(all).toEqual(days);
        expect(all.at(-1)).toBe(counted.at(-1));
      }),
    );
  });
});
