import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError, LANES, OUTCOMES } from '@docket/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

const sampleSchema = z.strictObject({
  name: z.string().regex(/^(grant|record)-[a-z0-9-]+$/),
  kind: z.enum(['grant', 'record']),
  door: z.enum(['http', 'kafka']),
  lane: z.enum(LANES).default('standard'),
  source: z.string().optional(),
  id: z.string().min(1),
  batch: z.string().optional(),
  repeat: z.int().min(1).default(1),
  headers: z.record(z.string(), z.string()).default({}),
  file: z.string(),
  expected: z.enum(OUTCOMES),
  rule: z.string().optional(),
  outLane: z.enum(LANES).optional(),
  why: z.string(),
});

/** One entry of samples/samples.yaml with its payload, which is sent byte for byte. */
export type Sample = z.output<typeof sampleSchema> & { readonly payload: Buffer };

/** Reads the samples. Throws DOCKET_SAMPLES (critical) with every fault of the file. */
export function loadSamples(folder: string): Sample[] {
  const parsed = z.array(sampleSchema).min(1).safeParse(parse(readFileSync(join(folder, 'samples.yaml'), 'utf8')));
  if (!parsed.success) throw new DocketError('DOCKET_SAMPLES', `bad samples.yaml:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.map((sample) => ({ ...sample, payload: readFileSync(join(folder, sample.file)) }));
}
