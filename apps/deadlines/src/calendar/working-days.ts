import { nextDay, weekday, type CalendarDate } from './calendar-date.js';

/** A day that does not count, and why: a day of the weekend or a holiday's name. */
export interface SkippedDay {
  readonly date: CalendarDate;
  readonly reason: string;
}

export interface WorkingDays {
  /** The working days after the start, in order: the first is day 1. */
  readonly counted: readonly CalendarDate[];
  /** Every day between the start and the last counted day that does not count, in order. */
  readonly skipped: readonly SkippedDay[];
}

const WEEKEND: Readonly<Record<number, string>> = { 0: 'Sunday', 6: 'Saturday' };

/**
 * Counts `count` working days; the start is day 0, whatever day it is.
 * @param holiday the name of the holiday observed on a day, undefined on other days
 */
export function workingDaysAfter(
  start: CalendarDate, count: number, holiday: (date: CalendarDate) => string | undefined,
): WorkingDays {
  const counted: CalendarDate[] = [];
  const skipped: SkippedDay[] = [];
  for (let date = start; counted.length < count; ) {
    date = nextDay(date);
    const reason = WEEKEND[weekday(date)] ?? holiday(date);
    if (reason === undefined) counted.push(date);
    else skipped.push({ date, reason });
  }
  return { counted, skipped };
}
