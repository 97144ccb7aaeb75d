import type { StageSpec } from '@docket/contracts';
import type { Cluster } from '../cli/cluster.js';
import type { OffsetRanges } from '../kafka/offset-range.js';
import { toDeadLetter, type DeadLetter } from './dead-letter.js';
import { letterTopic, type LetterKind } from './letter-kind.js';

/** Reads a stage's letters up to where they end now, one at a time; returns what was read of each partition. */
export async function readLetters(
  cluster: Cluster, kind: LetterKind, spec: StageSpec, each: (letter: DeadLetter, partition: number) => void,
): Promise<OffsetRanges> {
  const topic = letterTopic(kind, spec);
  const ranges = await cluster.endsOf(topic);
  await cluster.readRanges(topic, ranges, (record) => each(toDeadLetter(spec.name, record), record.partition));
  return ranges;
}
