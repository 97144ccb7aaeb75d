import { z } from 'zod';

const call = {
  v: z.literal(1),
  /** When the funder accepted the call: ISO 8601, UTC, milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
  funder: z.string(),
  /** The caller's Idempotency-Key; null where it sent none, or the funder takes none. */
  key: z.string().nullable(),
  /** What the call asked for; see fingerprintOf. */
  fingerprint: z.string(),
};
const application = { ...call, applicationId: z.uuid() };

/** One accepted call. Holds what the answer needs, never the form's content. */
export const entrySchema = z.discriminatedUnion('step', [
  z.strictObject({ ...application, step: z.literal('start'), competitionId: z.uuid(), title: z.string() }),
  z.strictObject({ ...application, step: z.literal('form'), formId: z.uuid(), grantId: z.string().nullable() }),
  z.strictObject({ ...application, step: z.literal('submit'), receiptId: z.string() }),
  z.strictObject({ ...call, step: z.literal('webhook'), reference: z.string(), grantId: z.string().nullable(), receiptId: z.string() }),
]);

/** All that a funder accepted before is forgotten. */
const resetSchema = z.strictObject({ v: z.literal(1), at: z.iso.datetime({ precision: 3 }), funder: z.string(), step: z.literal('reset') });

/** A line of the journal. */
export const lineSchema = z.union([entrySchema, resetSchema]);

export type Entry = z.output<typeof entrySchema>;
export type ResetLine = z.output<typeof resetSchema>;
export type JournalLine = Entry | ResetLine;
