import { request } from 'undici';
import { z } from 'zod';

const stepSchema = z.object({
  at: z.string(),
  step: z.string(),
  code: z.string(),
  attempt: z.number(),
  topic: z.string(),
  partition: z.number(),
  offset: z.string(),
});

/** A unit as the console's API shows it; only what the launcher reads. */
const unitSchema = z.object({
  state: z.string(),
  lane: z.string().nullish(),
  attempts: z.number().nullish(),
  code: z.string().nullish(),
  rules: z.array(z.string()).nullish(),
  references: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  closedAt: z.string().nullish(),
  timeline: z.array(stepSchema),
});

export type UnitView = z.output<typeof unitSchema>;
/** An event of the unit's audit trail. */
export type StepView = UnitView['timeline'][number];

/** Undefined where the console does not know the unit, or does not answer. */
export async function readUnit(consoleUrl: string, id: string): Promise<UnitView | undefined> {
  try {
    const { statusCode, body } = await request(`${consoleUrl}/api/v1/units/${id}`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    const answer: unknown = await body.json();
    return statusCode === 200 ? unitSchema.parse(answer) : undefined;
  } catch {
    return undefined;
  }
}
