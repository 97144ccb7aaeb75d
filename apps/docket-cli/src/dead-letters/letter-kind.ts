import { ownTopics, type OperationCommand, type StageSpec } from '@docket/contracts';
import { stageCalled } from '../cli/stage-called.js';

/** The two topics of a stage that hold units back, and what puts those into the stage again. */
export interface LetterKind {
  readonly name: 'dlq' | 'parked';
  readonly operation: OperationCommand['kind'];
  /** The ledger's state of a unit that may be put back. */
  readonly state: 'dead' | 'parked';
}

export const DLQ: LetterKind = { name: 'dlq', operation: 'redrive', state: 'dead' };
export const PARKED: LetterKind = { name: 'parked', operation: 'release', state: 'parked' };

/** What counts of these topics say: a record stays there when its unit goes on. */
export const RECORDS_COUNTED = 'records, those put back or ended since included';

/** The same for a command's help. */
export const RECORDS_HELP = [
  '', `Counted are ${RECORDS_COUNTED};`, 'the dry run of `redrive` or `release` says how many units are still open.',
];

export function letterTopic(kind: LetterKind, spec: StageSpec): string {
  return ownTopics(spec)[kind.name];
}

/** The stage whose dead-letter or parked topic this is. */
export function stageOfTopic(topic: string): StageSpec | undefined {
  const [, name] = /^(.+)\.(?:dlq|parked)$/.exec(topic) ?? [];
  return name === undefined ? undefined : stageCalled(name);
}
