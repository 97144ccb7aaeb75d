import type { TrailEnd } from '@docket/audit';
import { LANES, OUTCOMES } from '@docket/contracts';
import { z } from 'zod';

/** What the check needs of an outcome; the rest may be of a later version. */
const schema = z.object({
  correlationId: z.uuid(),
  batchTraceId: z.uuid(),
  state: z.enum(OUTCOMES),
  lane: z.enum(LANES),
  /** One of Docket's own, or one that somebody added. */
  stage: z.string().min(1),
  attempts: z.number().int().min(1),
  closedAt: z.iso.datetime(),
  code: z.templateLiteral(['DOCKET_', z.string()]).optional(),
  unit: z.object({ ids: z.record(z.string(), z.string()) }).optional(),
});

export type CheckedOutcome = TrailEnd & { readonly correlationId: string };

/** The outcome in this record, or undefined where it is none or stands under another key. */
export function parseOutcome(key: string | null, value: Buffer): CheckedOutcome | undefined {
  let json: unknown;
  try {
    json = JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
  const result = schema.safeParse(json);
  if (!result.success || result.data.correlationId !== key) return undefined;
  const { correlationId, state, stage, attempts, code, unit } = result.data;
  return { correlationId, state, stage, attempts, unit, ...(code !== undefined && { code }) };
}
