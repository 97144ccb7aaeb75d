import { LANES, ownTopics, stagesOf, type OperationCommand, type StageSpec } from '@docket/contracts';

/** The two topics of a stage that hold units back, and what puts those into the stage again. */
export interface LetterKind {
  readonly name: 'dlq' | 'parked';
  readonly operation: OperationCommand['kind'];
  /** The ledger's state of a unit that may be put back. */
  readonly state: 'dead' | 'parked';
}

export const DLQ: LetterKind = { name: 'dlq', operation: 'redrive', state: 'dead' };
export const PARKED: LetterKind = { name: 'parked', operation: 'release', state: 'parked' };

export function letterTopic(kind: LetterKind, spec: StageSpec): string {
  return ownTopics(spec)[kind.name];
}

/** The stage whose dead-letter or parked topic this is. */
export function stageOfTopic(topic: string): StageSpec | undefined {
  return stagesOf(LANES).find((spec) => [DLQ, PARKED].some((kind) => letterTopic(kind, spec) === topic));
}
