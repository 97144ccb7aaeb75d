import { poison, type DocketCode } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { z } from 'zod';

/** The last instant of year 9999, milliseconds since the epoch. */
export const LATEST_MS = 253_402_300_799_999;

/** Milliseconds since the epoch of an ISO 8601 UTC instant, 1970 to 9999: what a database column can hold. */
export const instant = z.iso
  .datetime()
  .transform((text) => Date.parse(text))
  .pipe(z.number().int().min(0).max(LATEST_MS));

/** Text from outside as the database can hold it: no NUL, no lone surrogate. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

export const text = z.string().transform(storable);

/** A short text: an identifier, a code. Bounded, because an index holds at most 2,704 bytes a row. */
export const name = z.string().max(200).transform(storable);

/** An offset of Kafka as text. */
export const offset = z.string().regex(/^\d{1,19}$/).refine((digits) => BigInt(digits) < 2n ** 63n);

/** The value of a record as JSON that fits the schema; members that the schema does not name are left out. Throws poison `code`. */
export function readValue<T>(record: InputRecord, schema: z.ZodType<T>, code: DocketCode): T {
  if (record.value === null) throw poison(code, 'the record has no value');
  let value: unknown;
  try {
    value = JSON.parse(record.value.toString('utf8'));
  } catch (cause) {
    throw poison(code, 'the record is not JSON', cause);
  }
  const result = schema.safeParse(value);
  if (!result.success) {
    throw poison(code, `the record does not fit at: ${result.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
  }
  return result.data;
}
