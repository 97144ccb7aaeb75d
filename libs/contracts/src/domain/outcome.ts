import type { Lane } from '../kafka/stages.js';
import type { DocketCode, Violation } from '../errors.js';
import type { UnitDescriptor } from './work-unit.js';

/** Where a unit can end. `in-doubt` and `held-for-review` are parked: a person or an event moves them on. */
export const OUTCOMES = [
  'submitted', 'extracted', 'extracted-degraded', 'rejected', 'duplicate', 'conflict', 'quarantined', 'dead-lettered',
  'parked', 'in-doubt', 'held-for-review',
] as const;
export type OutcomeState = (typeof OUTCOMES)[number];

/** Value of `outcomes`, keyed by correlation id: the unit's current terminal outcome. Holds no payload. */
export interface Outcome {
  readonly correlationId: string;
  readonly batchTraceId: string;
  readonly state: OutcomeState;
  readonly lane: Lane;
  readonly stage: string;
  /** Times the last stage tried, 1 at least. */
  readonly attempts: number;
  /** ISO 8601 UTC. */
  readonly closedAt: string;
  readonly code?: DocketCode;
  /** Every rule broken, in alphabetical order. */
  readonly rules?: readonly string[];
  /** Absent where the input could not be read. */
  readonly unit?: UnitDescriptor;
  /** References to what came of it: the funder's receipt, the text object, its quality. */
  readonly references?: References;
}

export type References = Readonly<Record<string, string | number | boolean>>;

export type ErrorCategory =
  | 'validation' | 'duplicate' | 'conflict' | 'custody' | 'rate-limit' | 'funder' | 'extraction' | 'retry-exhausted' | 'policy' | 'internal';

/** Value of `errors`, keyed by correlation id (AUD-ERROR-01): structured, without payload values. */
export interface ErrorEvent {
  readonly correlationId: string;
  readonly batchTraceId: string;
  readonly stage: string;
  readonly category: ErrorCategory;
  readonly code: DocketCode;
  readonly message: string;
  readonly attempts: number;
  readonly at: string;
  readonly origin: { readonly topic: string; readonly partition: number; readonly offset: string };
  readonly violations: readonly Violation[];
}
