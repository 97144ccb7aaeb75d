import type { AuditStep, DeadlineClock, Lane, OutcomeState, References, UnitKind } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';

/** How far a unit is while it has no outcome; see progress.ts. */
export const OPEN_STATES = ['received', 'validated', 'processing', 'retrying', 'throttled', 'closing'] as const;
export type OpenState = (typeof OPEN_STATES)[number];
export type UnitState = OpenState | OutcomeState;

/** Who a unit is: the first that was heard of it counts, so that a later unit of the same id changes nothing. */
export interface Description {
  /** The least counts; see orderKey. */
  readonly order: string;
  readonly kind: UnitKind | null;
  readonly tenant: string | null;
  readonly batch: string;
  /** SHA-256 (hex) of the payload, where it is known. */
  readonly digest: string | null;
  readonly ids: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly received: number;
}

/** Where a unit is: the greatest order counts. An outcome is above every open state. */
export interface Position {
  readonly order: string;
  readonly state: UnitState;
  readonly stage: string;
  readonly attempts: number;
  readonly code: string | null;
  readonly rules: readonly string[];
  readonly references: References;
  /** Milliseconds since the epoch. */
  readonly changed: number;
  /** Set with an outcome. */
  readonly closed: number | null;
}

/** What a record tells of a unit. */
export interface UnitFact {
  readonly id: string;
  readonly lane: Lane;
  readonly description: Description;
  readonly position: Position;
}

/** An event of the audit log; `leaf` is the SHA-256 (hex) of its bytes. */
export interface StepFact {
  readonly unit: string;
  readonly leaf: string;
  readonly lane: Lane;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stage: string;
  readonly step: AuditStep;
  readonly code: string;
  readonly status: 'success' | 'failure';
  readonly attempt: number;
  readonly actor: string;
  /** The record that the step was about. */
  readonly input: { readonly topic: string; readonly partition: number; readonly offset: string };
  /** Where the event lies in the audit log; of identical copies the first counts. */
  readonly partition: number;
  readonly offset: bigint;
}

export interface ClockFact {
  readonly order: string;
  readonly clock: DeadlineClock;
}

/** All that one record tells. */
export interface Fact {
  readonly unit?: UnitFact;
  readonly step?: StepFact;
  readonly clock?: ClockFact;
}

/** Reads a record. Throws a DocketError of kind `poison` where it is not what its topic holds. */
export type FactDecoder = (record: InputRecord) => Fact;
