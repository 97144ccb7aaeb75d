import { z } from 'zod';

const call = {
  v: z.literal(1),
  /** When the funder accepted the call: ISO 8601, UTC, milliseconds. */
  at: z.iso.datetime({ precision: 3 }),
  funder: z.string(),
  /** The caller's Idempotency-Key; null where it sent none. */
  key: z.string().nullable(),
  /** What the call asked for; see fingerprintOf. */
  fingerprint: z.string(),
  applicationId: z.uuid(),
};

/** One accepted call: a line of the journal. Holds what the answer needs, never the form's content. */
export const entrySchema = z.discriminatedUnion('step', [
  z.strictObject({ ...call, step: z.literal('start'), competitionId: z.uuid(), title: z.string() }),
  z.strictObject({ ...call, step: z.literal('form'), formId: z.uuid(), grantId: z.string().nullable() }),
  z.strictObject({ ...call, step: z.literal('submit'), receiptId: z.string() }),
]);

export type Entry = z.output<typeof entrySchema>;
export type Step = Entry['step'];
