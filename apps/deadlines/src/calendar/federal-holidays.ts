import { createRequire } from 'node:module';
import holidays from '@18f/us-federal-holidays';
import { yearOf, type CalendarDate } from './calendar-date.js';

const packageFile = createRequire(import.meta.url)('@18f/us-federal-holidays/package.json') as { version: string };

/** Version of the holiday table, stored with each derivation. */
export const FEDERAL_HOLIDAYS = `us-federal-holidays@${packageFile.version}`;

const AS_IN_LAW = { shiftSaturdayHolidays: false, shiftSundayHolidays: false };

const years = new Map<number, ReadonlyMap<CalendarDate, string>>();

/**
 * Name of the federal holiday that is observed on this day, undefined on other days. Holidays on a Saturday are
 * observed on the Friday before, those on a Sunday on the Monday after (5 USC 6103(b), EO 11582). Inauguration
 * Day is none: it is a holiday in the Washington area only (5 USC 6103(c)).
 */
export function federalHoliday(date: CalendarDate): string | undefined {
  const year = yearOf(date);
  let table = years.get(year);
  if (!table) years.set(year, (table = holidaysIn(year)));
  return table.get(date);
}

/** New Year's Day may be observed on the last day of the year before, and is listed under its own year. */
function holidaysIn(year: number): ReadonlyMap<CalendarDate, string> {
  const observed = [...observedOf(year), ...observedOf(year + 1)];
  return new Map(observed.filter(([date]) => yearOf(date) === year));
}

function observedOf(year: number): [CalendarDate, string][] {
  const actual = holidays.allForYear(year, AS_IN_LAW);
  return holidays.allForYear(year).map(({ name, dateString }, at) => {
    const moved = dateString !== actual[at]?.dateString;
    return [dateString, moved ? `${name} (observed)` : name];
  });
}
