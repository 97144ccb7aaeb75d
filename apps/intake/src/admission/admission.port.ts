import type { UnitKind } from '@docket/contracts';

/** Why nothing is let in for now, and when to come again. */
export interface Refusal {
  readonly reason: 'throttled' | 'shedding' | 'blocked';
  readonly retryAfterSeconds: number;
}

/**
 * How much is let in over HTTP, by what the stages behind the front door can bear; each kind of unit has a pipeline of its
 * own. Asked before a body is read; replays of known keys do not ask.
 */
export interface Admission {
  /** Undefined where `units` more may come in; they are then counted as let in. */
  refuse(kind: UnitKind, units: number): Refusal | undefined;

  /** So many more came with a request that was let in: they are counted, and what comes next waits for them. */
  charge(kind: UnitKind, units: number): void;
}
