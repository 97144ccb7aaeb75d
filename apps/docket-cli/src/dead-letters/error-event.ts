import { laneTopic, type StageSpec } from '@docket/contracts';
import { z } from 'zod';
import type { Cluster, ReadRecord } from '../cli/cluster.js';
import type { CommandContext } from '../cli/command-context.js';
import { withProgress } from '../cli/progress.js';
import type { DeadLetter } from './dead-letter.js';

/** Why a unit died or was parked, as its stage told it on the lane's `errors`. */
export interface Reason {
  readonly category: string;
  readonly message: string;
  readonly violations: readonly Readonly<Record<'rule' | 'path' | 'message', string>>[];
}

const text = z.string();

/** What is shown of it; the rest may be of a later version. */
const schema = z.object({
  stage: text,
  category: text,
  code: text,
  message: text,
  origin: z.object({ topic: text, partition: z.number(), offset: text }),
  violations: z.array(z.object({ rule: text, path: text, message: text })),
});

/** The letter and its reason are written in one transaction, each with the broker's time. */
const APART_MS = 60_000;

/**
 * The reason of this letter: the latest that its stage wrote of the same unit, code and input; undefined where none is left.
 * Reads only what was written about the time of the letter.
 */
export async function reasonOf(
  letter: DeadLetter, spec: StageSpec, timestamp: number, cluster: Cluster, { clock, terminal }: CommandContext,
): Promise<Reason | undefined> {
  if (letter.unit === null) return undefined;
  const topic = errorsTopic(spec);
  const ranges = await cluster.rangesBetween(topic, timestamp - APART_MS, timestamp + APART_MS);
  let latest: Reason | undefined;
  await withProgress(clock, terminal, (one) => cluster.readRanges(topic, ranges, (record) => {
    one();
    if (record.key === letter.unit) latest = parseReason(record, letter, spec.name) ?? latest;
  }));
  return latest;
}

export function errorsTopic({ lane }: StageSpec): string {
  return laneTopic(lane, 'errors');
}

function parseReason({ value }: ReadRecord, letter: DeadLetter, stage: string): Reason | undefined {
  let json: unknown;
  try {
    json = JSON.parse(value?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
  const { data } = schema.safeParse(json);
  if (data?.stage !== stage || data.code !== letter.code) return undefined;
  const { topic, partition, offset } = data.origin;
  // A unit that was put back has died of more than one input.
  if (letter.origin !== null && letter.origin !== `${topic}/${partition}/${offset}`) return undefined;
  return { category: data.category, message: data.message, violations: data.violations };
}
