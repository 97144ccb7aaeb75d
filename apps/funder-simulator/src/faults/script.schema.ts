import { z } from 'zod';
import { faultSchema } from './fault.schema.js';

const stepSchema = z
  .strictObject({
    /** Milliseconds since the script was put in place. */
    fromMs: z.int().min(0).max(86_400_000).default(0),
    /** Default: for as long as the script is in place. */
    untilMs: z.int().min(1).max(86_400_000).optional(),
    faults: z.array(faultSchema).min(1).max(20),
  })
  .refine(({ fromMs, untilMs }) => untilMs === undefined || untilMs > fromMs, 'untilMs must be later than fromMs');

/** What a funder does wrong, and when: a scenario as data. Steps may overlap; their faults are asked in this order. */
export const scriptSchema = z.strictObject({
  /** Of what faults draw by probability. */
  seed: z.int().min(0).max(4_294_967_295).default(1),
  steps: z.array(stepSchema).min(1).max(100),
});

export type ScriptSpec = z.output<typeof scriptSchema>;
