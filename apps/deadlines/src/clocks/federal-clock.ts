import type { DeadlineClock } from '@docket/contracts';
import type { CalendarDate } from '../calendar/calendar-date.js';
import { FEDERAL_HOLIDAYS, federalHoliday } from '../calendar/federal-holidays.js';
import { workingDaysAfter } from '../calendar/working-days.js';

/** Working days to a determination. */
const DAYS = 20;

/** Of the days, rounded down: when somebody is told. */
const ESCALATE_AT = 0.8;

export type ClockDerivation = Omit<DeadlineClock, 'requestId' | 'tenant' | 'jurisdiction'>;

/**
 * The federal FOIA clock, 5 USC 552(a)(6): 20 days without Saturdays, Sundays and legal public holidays.
 * @param receivedOn receipt by the proper component: day 0
 */
export function federalClock(receivedOn: CalendarDate): ClockDerivation {
  const { counted, skipped } = workingDaysAfter(receivedOn, DAYS, federalHoliday);
  const day = (n: number): CalendarDate => counted[n - 1] ?? receivedOn;
  return {
    receivedOn,
    kind: 'determination',
    days: DAYS,
    unit: 'working-days',
    citation: '5 USC 552(a)(6)',
    escalateOn: day(Math.floor(ESCALATE_AT * DAYS)),
    dueOn: day(DAYS),
    skipped,
    holidays: FEDERAL_HOLIDAYS,
  };
}
