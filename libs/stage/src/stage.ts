import type { Clock, OutcomeState, StageSpec } from '@docket/contracts';
import type { CallPort } from './outside-calls.js';
import type { HandlerResult } from './handler-result.js';
import type { Decoder, InputRecord, UnitIdentity } from './record.js';

/** Structured log of a stage: `msg` is constant text, fields hold identifiers only. */
export interface StageLog {
  info(msg: string, fields?: object): void;
  warn(msg: string, fields?: object): void;
  error(msg: string, fields?: object): void;
}

/** What a handler knows about its call. */
export interface HandlerContext {
  readonly stage: StageSpec;
  /** As it lay on the stage's input, also when it comes by way of a retry topic. */
  readonly record: InputRecord;
  readonly identity: UnitIdentity;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly orderKey: string;
  /** Aborted at the handler's deadline, on revocation and on shutdown. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: StageLog;
  /** Milliseconds that it stood first in its key and waited for the gate of its group. */
  readonly gatedMs: number;
  /** For calls to the outside; of a stage whose spec says `callsOutside`. */
  readonly calls: CallPort;
}

/** Handles one record; may throw a DocketError instead of returning its result. */
export type Handler = (data: unknown, context: HandlerContext) => Promise<HandlerResult>;

export interface StagePolicy {
  /** Handlers at once in one task. */
  readonly concurrency: number;
  /** Records a task holds before it pauses its input; the bound in force adapts below this. */
  readonly windowRecords: number;
  /** Bytes a task holds before it pauses its input. */
  readonly windowBytes: number;
  readonly handlerDeadlineMs: number;
  /** Delay of each retry topic, milliseconds, rising. */
  readonly retryDelaysMs: readonly number[];
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** Units on retry topics, followers included, at which the input pauses. */
  readonly maxHeld: number;
  /** A repeat within this time of the first is recognised, milliseconds of the broker's clock. */
  readonly dedupeWindowMs: number;
  /** Of the last `of` units, more than `most` dead by an unexpected error or a deadline stop the stage. */
  readonly deadLetterLimit: { readonly of: number; readonly most: number };
  /** Runs although the broker deleted records that were not read yet: set for one start by a person who knows why. */
  readonly acceptGaps: boolean;
}

/** A stage as it runs: the catalogue's entry with its code and its bounds. */
export interface Stage {
  readonly spec: StageSpec;
  readonly policy: StagePolicy;
  readonly decode: Decoder;
  readonly handle: Handler;
  /** Keys that share a fate, such as a funder: a throttle closes the group, and no group takes more than half of the window. */
  readonly groupOf?: (record: InputRecord) => string;
  /**
   * Milliseconds until a handler of this group may start: a rate limit or an open breaker; at 0 one starts at once. The group
   * is the order key where the stage names none; the gate is then taken to be one for all keys.
   * @param running handlers of the group that are under way in this task; as one of them ends, the gate is asked again
   */
  readonly gate?: (group: string, running: number) => number;
}

/** What is told of a stage's work, for metrics. Must not throw. */
export interface StageObserver {
  received(stage: string): void;
  started(stage: string, queueWaitMs: number): void;
  handled(stage: string, ms: number): void;
  disposed(stage: string, disposition: Disposition): void;
  deadLettered(stage: string, code: string): void;
  /** A unit's way ended, now in milliseconds since the epoch. */
  ended(outcome: OutcomeState, identity: UnitIdentity, now: number): void;
  looked(stage: string, result: LookupResult): void;
  /** A record was written to retry topic `tier`, from 1. */
  scheduled(stage: string, tier: number): void;
  /** A retry started this long after its due time. */
  overrun(tier: number, ms: number): void;
  committed(stage: string, units: number, ms: number): void;
  redriven(outcome: 'redriven' | 'refused'): void;
  limitTripped(stage: string): void;
}

export type LookupResult = 'miss' | 'hit' | 'content' | 'in_flight' | 'conflict' | 'redelivered';

export type Disposition =
  | 'ok' | 'rejected' | 'duplicate' | 'conflict' | 'retried' | 'dead_lettered' | 'quarantined' | 'parked' | 'critical';

const NOTHING = () => undefined;

/** For a stage that nobody watches. */
export const silentObserver: StageObserver = {
  received: NOTHING, started: NOTHING, handled: NOTHING, disposed: NOTHING, deadLettered: NOTHING, ended: NOTHING, looked: NOTHING,
  scheduled: NOTHING, overrun: NOTHING, committed: NOTHING, redriven: NOTHING, limitTripped: NOTHING,
};
