import { LANES, OUTCOMES, stagesOf, type AuditStep, type StageSpec, type UnitKind } from '@docket/contracts';
import type { OpenState } from './fact.js';

const STAGES: ReadonlyMap<string, StageSpec> = new Map(stagesOf(LANES).map((spec) => [spec.name, spec]));

/** Steps that say of another unit of the same id, or of a repeat, that it is none: they move nothing. */
const ASIDE: ReadonlySet<AuditStep> = new Set(['duplicate', 'conflict']);

const ENDS: ReadonlySet<string> = new Set(OUTCOMES);

/** Ranks of positions: what stands aside, open states, and outcomes in two classes. */
export const RANK = { aside: 0, open: 1000, asideOutcome: 8000, outcome: 9000 } as const;

export interface Progress {
  readonly rank: number;
  readonly state: OpenState;
}

/** The kind of unit that a stage handles; undefined for a stage that handles none, and for one that is not known. */
export function kindOf(stage: string): UnitKind | undefined {
  const input = STAGES.get(stage)?.input;
  if (input?.startsWith('grants.')) return 'grant';
  return input && LANES.some((lane) => input.startsWith(`records.${lane}.`)) ? 'record' : undefined;
}

/** The front door that makes the units of this topic; others may hand units over to it. */
export function intakeOf(topic: string): StageSpec | undefined {
  return [...STAGES.values()].find((spec) => spec.component === 'intake' && spec.outputs.includes(topic));
}

/**
 * How far a step brings its unit. Ranked by the way through the stages, not by time: the clocks of services differ,
 * and broker times of different topics may run backwards. A stricter lane comes after the one it was raised from.
 */
export function progressOf(stage: string, step: AuditStep, code: string): Progress {
  const spec = STAGES.get(stage);
  if (!spec || ASIDE.has(step)) return { rank: RANK.aside, state: 'received' };
  const waiting = step === 'retried' || step === 'throttled' || step === 'redriven';
  const rank = RANK.open + LANES.indexOf(spec.lane) * 100 + (spec.path.length - 1) * 10 + (waiting ? 0 : 1);
  if (waiting) return { rank, state: step === 'throttled' ? 'throttled' : 'retrying' };
  // A stage that ends the unit says so in the audit log before it writes the outcome.
  if (step !== 'completed' || ENDS.has(code)) return { rank, state: 'closing' };
  if (code !== 'ok') return { rank, state: 'processing' };
  switch (spec.component) {
    case 'intake':
      return { rank, state: 'received' };
    case 'validator':
      return { rank, state: 'validated' };
    default:
      return { rank, state: 'processing' };
  }
}
