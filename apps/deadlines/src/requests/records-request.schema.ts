import { InvalidPayloadError, type RecordsRequest } from '@docket/contracts';
import { z } from 'zod';
import { isCalendarDate } from '../calendar/calendar-date.js';
import { violationsOf, type FieldRule } from './violations-of.js';

const identifier = z.string().max(200).regex(/\S/);

const schema = z.strictObject({
  requestId: identifier,
  tenant: identifier,
  jurisdiction: z.string().regex(/^US(-[A-Z]{2})?$/),
  /** The limit of 20 days and the holiday rules hold for these years; other dates are slips of the pen. */
  receivedOn: z.string().refine((text) => isCalendarDate(text) && text >= '2000-01-01' && text < '2100-01-01'),
});

const FIELDS: Readonly<Record<keyof RecordsRequest, FieldRule>> = {
  requestId: { rule: 'SEC-STRICT', expected: 'a string of 1 to 200 characters, not blank' },
  tenant: { rule: 'SEC-STRICT', expected: 'a string of 1 to 200 characters, not blank' },
  jurisdiction: { rule: 'SEC-STRICT', expected: 'US, or US- and two capital letters' },
  receivedOn: { rule: 'DATE-ISO8601', expected: 'a real date YYYY-MM-DD, 2000-01-01 to 2099-12-31' },
};

/** Reads a value of `records.requests`. Throws InvalidPayloadError with every violation. */
export function parseRecordsRequest(value: unknown): RecordsRequest {
  const result = schema.safeParse(value);
  if (!result.success) throw new InvalidPayloadError(violationsOf(result.error.issues, value, FIELDS));
  return result.data;
}
