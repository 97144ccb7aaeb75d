import { z } from 'zod';
import { faultSchema, rateSchema } from '../faults/fault.schema.js';
import { scriptSchema } from '../faults/script.schema.js';

/** One funder of the file. */
export const funderSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and dashes, at most 63'),
    /** The key itself: for development only. */
    apiKey: z.string().optional(),
    /** Environment variable that holds the key. */
    apiKeyEnv: z
      .string()
      .regex(/^(?!DOCKET_)[A-Z][A-Z0-9_]*$/, 'capitals, digits and underscores, not beginning with DOCKET_ (those are settings)')
      .optional(),
    /** File that holds the key. */
    apiKeyFile: z.string().min(1).optional(),
    rate: rateSchema.optional(),
    /** How a repeat is recognised: by its Idempotency-Key; or not at all, and then webhook submissions can be looked up or not. */
    repeat: z.enum(['idempotency-key', 'look-up', 'none']).default('idempotency-key'),
    /** Form of the Retry-After header of 429 and 503. */
    retryAfter: z.enum(['seconds', 'date', 'none']).default('seconds'),
    /** 503 for so long after the first call since the process started. */
    downForMsAfterStart: z.int().min(0).max(3_600_000).default(0),
    /** Added to every accepted call. */
    latencyMs: z.int().min(0).max(600_000).default(0),
    /** Applications that may be started, or webhook submissions made, in a calendar month (UTC). */
    monthlyQuota: z.int().min(0).max(1_000_000_000).optional(),
    faults: z.array(faultSchema).max(20).default([]),
    /** In place from the start of the process; /admin can put another in its place. */
    script: scriptSchema.optional(),
  })
  .refine((funder) => [funder.apiKey, funder.apiKeyEnv, funder.apiKeyFile].filter((source) => source !== undefined).length === 1, {
    message: 'name the key in exactly one of apiKey, apiKeyEnv, apiKeyFile',
  });

/** The file named by the setting `fundersFile`; each entry is a funderSchema. */
export const funderFileSchema = z.strictObject({ funders: z.array(z.unknown()).min(1).max(50) });

export type FunderSpec = z.output<typeof funderSchema>;
export type FunderInput = z.input<typeof funderSchema>;
