import { z } from 'zod';

/** Which calls a fault meets; without any of these, all. */
const choice = {
  /** Calls of one step; `submit` is the call that makes a submission, of a webhook too. Default: of all steps. */
  step: z.enum(['start', 'form', 'submit', 'look-up']).optional(),
  /** Every nth such call. */
  every: z.int().min(1).max(1_000_000).default(1),
  /** No more than so many calls. */
  calls: z.int().min(1).max(1_000_000_000).optional(),
  /** This share of the calls, drawn from the seed. */
  probability: z.number().min(0).max(1).default(1),
};

export const rateSchema = z.strictObject({ perSecond: z.number().positive().max(10_000), burst: z.int().min(1).max(100_000) });

/** One fault of a funder, in the file or in a script; each kind is built in build-faults.ts. */
export const faultSchema = z.discriminatedUnion('kind', [
  /** The call takes effect and is remembered, then the connection is closed before the answer. */
  z.strictObject({ kind: z.literal('lose-answer'), ...choice, step: choice.step.default('submit') }),
  /** The connection is reset (RST): before the call takes effect, or after it. */
  z.strictObject({ kind: z.literal('reset'), when: z.enum(['before-effect', 'after-effect']), ...choice }),
  /** A 5xx, to repeats too. */
  z.strictObject({ kind: z.literal('status'), status: z.int().min(500).max(599), retryAfterMs: z.int().min(1).max(86_400_000).optional(), ...choice }),
  /** Accepted calls take so much longer. */
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(1).max(600_000), ...choice }),
  /** 429 beyond it, as `rate` of the file; the bucket is full when the fault is put in place. */
  rateSchema.extend({ kind: z.literal('throttle') }),
  /** So many submissions more may be begun in each calendar month (UTC); 429 beyond them. */
  z.strictObject({ kind: z.literal('quota'), submissions: z.int().min(0).max(1_000_000_000) }),
]);

export type FaultSpec = z.output<typeof faultSchema>;
export interface CallChoiceSpec {
  readonly step?: 'start' | 'form' | 'submit' | 'look-up' | undefined;
  readonly every: number;
  readonly calls?: number | undefined;
  readonly probability: number;
}
