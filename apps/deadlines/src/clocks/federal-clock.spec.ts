import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weekday } from '../calendar/calendar-date.js';
import { FEDERAL_HOLIDAYS, federalHoliday } from '../calendar/federal-holidays.js';
import { federalClock } from './federal-clock.js';

describe('the federal clock', () => {
  it.each([
    { received: '2026-11-20', escalate: '2026-12-15', due: '2026-12-21' },
    { received: '2027-12-15', escalate: '2028-01-10', due: '2028-01-14' },
    { received: '2028-10-20', escalate: '2028-11-14', due: '2028-11-20' },
  ])('received on $received: escalates on $escalate, due on $due', ({ received, escalate, due }) => {
    expect(federalClock(received)).toMatchObject({ receivedOn: received, escalateOn: escalate, dueOn: due });
  });

  it('holds its derivation', () => {
    const clock = federalClock('2027-12-15');
    expect(clock).toMatchObject({
      kind: 'determination', days: 20, unit: 'working-days', citation: '5 USC 552(a)(6)', holidays: FEDERAL_HOLIDAYS,
    });
    expect(clock.skipped.filter((day) => !/^S(atur|un)day$/.test(day.reason))).toEqual([
      { date: '2027-12-24', reason: 'Christmas Day (observed)' },
      { date: '2027-12-31', reason: "New Year's Day (observed)" },
    ]);
  });

  it('is never due, and never escalates, on a day that does not count', () => {
    const received = fc
      .date({ min: new Date('2000-01-01T00:00:00Z'), max: new Date('2099-12-31T00:00:00Z'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(received, (date) => {
        const { dueOn, escalateOn, skipped } = federalClock(date);
        for (const day of [dueOn, escalateOn]) {
          expect([0, 6]).not.toContain(weekday(day));
          expect(federalHoliday(day)).toBeUndefined();
        }
        expect(escalateOn > date && escalateOn < dueOn).toBe(true);
        const elapsed = (Date.parse(dueOn) - Date.parse(date)) / 86_400_000;
        expect(elapsed - skipped.length).toBe(20);
      }),
    );
  });
});
