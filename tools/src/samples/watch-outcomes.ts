import { request } from 'undici';
import { z } from 'zod';
import type { SentSample } from './send-samples.js';

/** A unit as the console's API shows it; only what the launcher reads. */
const unitSchema = z.object({
  state: z.string(),
  lane: z.string().nullish(),
  stage: z.string().nullish(),
  attempts: z.number().nullish(),
  code: z.string().nullish(),
  rules: z.array(z.string()).nullish(),
  references: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish(),
  receivedAt: z.string().nullish(),
  closedAt: z.string().nullish(),
});
export type UnitView = z.output<typeof unitSchema>;

export interface SampleResult extends SentSample {
  readonly unit: UnitView | undefined;
  /** The outcome, its rule and its lane are as expected. */
  readonly asExpected: boolean;
}

/** The state of every sample as the console knows it now. A console that does not answer knows of nothing. */
export function readOutcomes(consoleUrl: string, sent: readonly SentSample[]): Promise<SampleResult[]> {
  return Promise.all(
    sent.map(async (entry) => {
      const unit = await readUnit(consoleUrl, entry.correlationId);
      return { ...entry, unit, asExpected: unit !== undefined && isAsExpected(entry, unit) };
    }),
  );
}

async function readUnit(consoleUrl: string, id: string): Promise<UnitView | undefined> {
  try {
    const { statusCode, body } = await request(`${consoleUrl}/api/v1/units/${id}`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    const answer: unknown = await body.json();
    return statusCode === 200 ? unitSchema.parse(answer) : undefined;
  } catch {
    return undefined;
  }
}

function isAsExpected({ sample }: SentSample, unit: UnitView): boolean {
  const rule = sample.rule === undefined || unit.code === sample.rule || unit.rules?.includes(sample.rule) === true;
  const lane = sample.outLane === undefined || unit.lane === sample.outLane;
  return unit.state === sample.expected && rule && lane;
}
