import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Calendar, isTimeZone, monthOf } from './quota-window.js';

const at = (text: string) => Date.parse(text);

/** A quota's window begins at the funder's own midnight, also where the clocks change. */
describe('Calendar', () => {
  it.each([
    ['UTC', '2027-02-28T23:59:59.999Z', '2027-02-28', '2027-03-01T00:00:00Z', '2027-03-01T00:00:00Z'],
    ['UTC', '2028-02-29T00:00:00Z', '2028-02-29', '2028-03-01T00:00:00Z', '2028-03-01T00:00:00Z'],
    ['America/New_York', '2027-01-01T04:59:59Z', '2026-12-31', '2027-01-01T05:00:00Z', '2027-01-01T05:00:00Z'],
    // The days of 23 and of 25 hours.
    ['America/New_York', '2027-03-14T05:00:00Z', '2027-03-14', '2027-03-15T04:00:00Z', '2027-04-01T04:00:00Z'],
    ['America/New_York', '2027-11-07T04:00:00Z', '2027-11-07', '2027-11-08T05:00:00Z', '2027-12-01T05:00:00Z'],
    ['Asia/Kolkata', '2027-05-31T18:29:59Z', '2027-05-31', '2027-05-31T18:30:00Z', '2027-05-31T18:30:00Z'],
    // Its midnight does not exist on that day: the clocks go from 23:59:59 to 01:00.
    ['Africa/Cairo', '2027-04-29T12:00:00Z', '2027-04-29', '2027-04-29T22:00:00Z', '2027-04-30T21:00:00Z'],
  ])('%s at %s: the day is %s, the next begins %s, the next month %s', (zone, now, day, nextDay, nextMonth) => {
    const calendar = new Calendar(zone);
    expect(calendar.day(at(now))).toBe(day);
    expect(new Date(calendar.opensAt('day', at(now))).toISOString()).toBe(new Date(nextDay).toISOString());
    expect(new Date(calendar.opensAt('month', at(now))).toISOString()).toBe(new Date(nextMonth).toISOString());
  });

  it('never closes a window late: one millisecond earlier it is still the same, and a remembered day is the right one', () => {
    const zones = fc.constantFrom('UTC', 'America/New_York', 'America/Sao_Paulo', 'Europe/London', 'Asia/Kathmandu', 'Pacific/Apia', 'Pacific/Kiritimati');
    fc.assert(
      fc.property(zones, fc.integer({ min: at('2010-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z') }), fc.integer({ min: -200_000_000, max: 200_000_000 }), (zone, now, by) => {
        const calendar = new Calendar(zone);
        const [day, opensAt] = [calendar.day(now), calendar.opensAt('day', now)];
        expect(new Calendar(zone).day(opensAt - 1)).toBe(day);
        expect(new Calendar(zone).day(opensAt) > day).toBe(true);
        expect(calendar.day(now + by)).toBe(new Calendar(zone).day(now + by));
        const month = calendar.opensAt('month', now);
        expect(monthOf(new Calendar(zone).day(month - 1))).toBe(monthOf(day));
        expect(monthOf(new Calendar(zone).day(month)) > monthOf(day)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  it('knows zones by their names', () => {
    expect(['UTC', 'Europe/Berlin'].every(isTimeZone)).toBe(true);
    expect(['', 'Mars/Base', '+01:00', 'Europe/Nowhere'].some(isTimeZone)).toBe(false);
  });
});
