/** A calendar date, `YYYY-MM-DD`: no time of day and no zone. Dates compare as text. */
export type CalendarDate = string;

const FORM = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** True for a date that exists, in exactly this form: 2026-02-29 and 2026-2-1 are none. */
export function isCalendarDate(text: string): text is CalendarDate {
  if (!FORM.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && format(time) === text;
}

/** Counted in UTC, where every day has 24 hours. */
export function nextDay(date: CalendarDate): CalendarDate {
  return format(utc(date) + DAY_MS);
}

/** 0 for Sunday to 6 for Saturday. */
export function weekday(date: CalendarDate): number {
  return new Date(utc(date)).getUTCDay();
}

export function yearOf(date: CalendarDate): number {
  return Number(date.slice(0, 4));
}

function utc(date: CalendarDate): number {
  return Date.parse(`${date}T00:00:00Z`);
}

function format(time: number): CalendarDate {
  return new Date(time).toISOString().slice(0, 10);
}
