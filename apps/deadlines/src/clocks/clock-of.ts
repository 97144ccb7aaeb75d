import type { DeadlineClock, RecordsRequest } from '@docket/contracts';
import { federalClock } from './federal-clock.js';

/** The statutory clock of a request; undefined where its jurisdiction has none yet: no number is made up. */
export function clockOf({ requestId, tenant, jurisdiction, receivedOn }: RecordsRequest): DeadlineClock | undefined {
  if (jurisdiction !== 'US') return undefined;
  return { requestId, tenant, jurisdiction, ...federalClock(receivedOn) };
}
