import { LANES, OUTCOMES, type Outcome } from '@docket/contracts';
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
});

/** The outcome in this record, or undefined where it is none or stands under another key. */
export function parseOutcome(key: string | null, value: Buffer): Outcome | undefined {
  let json: unknown;
  try {
    json = JSON.parse(value.toString('utf8'));
  } catch {
    return undefined;
  }
  const result = schema.safeParse(json);
  if (!result.success || result.data.correlationId !== key) return undefined;
  const { code, ...outcome } = result.data;
  return { ...outcome, ...(code !== undefined && { code }) };
}
