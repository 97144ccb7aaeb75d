import { OUTCOMES } from '@docket/contracts';
import type { SentSample } from './send-samples.js';
import type { StepView, UnitView } from './unit-view.js';

/** How a sample stands. */
export interface Verdict {
  /** The unit's outcome, or `conflict`; undefined where there is none yet. */
  readonly outcome: string | undefined;
  readonly code: string | undefined;
  readonly rules: readonly string[];
  readonly attempts: number;
  /** Sending to end, milliseconds; undefined where the end was known before it was sent. */
  readonly ms: number | undefined;
  /** Copies of this run that were recognised as the same unit and dropped, at the front door or behind it. */
  readonly dropped: number;
  /** Its outcome stood before this run: all that was sent now was dropped. */
  readonly knownBefore: boolean;
  /** Every copy that was sent has come to its end. */
  readonly closed: boolean;
  readonly asExpected: boolean;
}

const ENDS: ReadonlySet<string> = new Set(OUTCOMES);
const ON_ITS_WAY: ReadonlySet<string> = new Set(['retried', 'throttled', 'redriven']);
const REPEATED = 'DOCKET_DUPLICATE';

/** Judges by the unit's outcome, and by what the audit log says of the copies that were sent. */
export function judgeSample(sent: SentSample, unit: UnitView | undefined): Verdict {
  const ends = (unit?.timeline ?? []).filter((step) => Date.parse(step.at) >= sent.sentAt && isEnd(step));
  return sent.sample.expected === 'conflict' ? judgeConflict(sent, ends) : judgeUnit(sent, unit, ends.filter(({ step }) => step !== 'conflict'));
}

function judgeUnit({ sample, sentAt, replayed }: SentSample, unit: UnitView | undefined, ends: readonly StepView[]): Verdict {
  const closedAt = unit?.closedAt ? Date.parse(unit.closedAt) : undefined;
  const dropped = places(ends.filter(({ code }) => code === REPEATED));
  const ended = places(ends);
  // A copy that was not dropped writes an outcome: one from before is not its own.
  const stands = closedAt !== undefined && (ended === dropped || closedAt >= sentAt);
  const knownBefore = closedAt !== undefined && closedAt < sentAt;
  const outcome = closedAt === undefined ? undefined : unit?.state;
  const rules = unit?.rules ?? [];
  const code = unit?.code ?? undefined;
  const rule = sample.rule === undefined || code === sample.rule || rules.includes(sample.rule);
  const lane = sample.outLane === undefined || unit?.lane === sample.outLane;
  return {
    outcome, code, rules, knownBefore, dropped: dropped + replayed,
    attempts: unit?.attempts ?? 0,
    ms: closedAt === undefined || knownBefore ? undefined : closedAt - sentAt,
    closed: stands && ended + replayed >= sample.repeat,
    asExpected: outcome === sample.expected && rule && lane && dropped + replayed >= sample.repeat - 1,
  };
}

/** `outcomes` keeps what became of the first unit of this id; the conflict is on the audit log. */
function judgeConflict({ sample, sentAt }: SentSample, ends: readonly StepView[]): Verdict {
  const conflicts = ends.filter(({ step }) => step === 'conflict');
  const last = conflicts.at(-1);
  return {
    outcome: last?.step, code: last?.code, rules: [], dropped: 0, knownBefore: false,
    attempts: last?.attempt ?? 0,
    ms: last && Date.parse(last.at) - sentAt,
    closed: places(conflicts) >= sample.repeat,
    asExpected: last !== undefined && (sample.rule === undefined || last.code === sample.rule),
  };
}

function isEnd({ step, code }: StepView): boolean {
  return step === 'completed' ? ENDS.has(code) : !ON_ITS_WAY.has(step);
}

/** Records that the steps are about: a step done again after a crash is about the same one. */
function places(steps: readonly StepView[]): number {
  return new Set(steps.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`)).size;
}
