import holidays from '@18f/us-federal-holidays';
import { describe, expect, it } from 'vitest';
import { nextDay } from './calendar-date.js';
import { FEDERAL_HOLIDAYS, federalHoliday } from './federal-holidays.js';

describe('federal holidays', () => {
  it.each([
    ['2026-11-26', 'Thanksgiving Day'],
    ['2026-12-25', 'Christmas Day'],
    ['2027-12-24', 'Christmas Day (observed)'],
    ['2027-12-31', "New Year's Day (observed)"],
    ['2028-01-17', 'Birthday of Martin Luther King, Jr.'],
    ['2028-11-10', 'Veterans Day (observed)'],
    ['2027-06-18', 'Juneteenth National Independence Day (observed)'],
    ['2027-07-05', 'Independence Day (observed)'],
  ])('%s is %s', (date, name) => {
    expect(federalHoliday(date)).toBe(name);
  });

  it.each(['2026-11-27', '2027-12-30', '2028-01-03', '2020-06-19', '2029-01-19'])('%s is none', (date) => {
    expect(federalHoliday(date)).toBeUndefined();
  });

  // In 28 years every date has fallen on every day of the week.
  it("agrees with the table's own answer on every day of 28 years", () => {
    const wrong: string[] = [];
    for (let date = '2021-01-01'; date < '2049-01-01'; date = nextDay(date)) {
      const expected = holidays.isAHoliday(new Date(`${date}T00:00:00Z`), { utc: true });
      if ((federalHoliday(date) !== undefined) !== expected) wrong.push(date);
    }
    expect(wrong).toEqual([]);
  }, 30_000);

  it('names the version of its table', () => {
    expect(FEDERAL_HOLIDAYS).toMatch(/^us-federal-holidays@\d+\.\d+\.\d+$/);
  });
});
