import type { Clock, OutcomeState, StageSpec } from '@docket/contracts';
import type { HandlerResult } from './handler-result.js';
import type { Decoder, InputRecord, UnitIdentity } from './record.js';
import type { RetryPlan } from './retry-plan.js';

/** Structured log of a stage: `msg` is constant text, fields hold identifiers only. */
export interface StageLog {
  info(msg: string, fields?: object): void;
  warn(msg: string, fields?: object): void;
  error(msg: string, fields?: object): void;
}

/** What a handler knows about its call. */
export interface HandlerContext {
  readonly stage: StageSpec;
  readonly record: InputRecord;
  readonly identity: UnitIdentity;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly orderKey: string;
  /** Aborted at the handler's deadline, on revocation and on shutdown. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: StageLog;
}

/** Handles one record; may throw a DocketError instead of returning its result. */
export type Handler = (data: unknown, context: HandlerContext) => Promise<HandlerResult>;

export interface StagePolicy {
  /** Handlers at once in one task. */
  readonly concurrency: number;
  /** Records a task holds before it pauses its input. */
  readonly windowRecords: number;
  /** Bytes a task holds before it pauses its input. */
  readonly windowBytes: number;
  readonly handlerDeadlineMs: number;
  /** Longest wait that a `retryAfterMs` can ask for: of a throttled group, or of a failed record. */
  readonly maxThrottleMs: number;
  readonly retry: RetryPlan;
}

/** A stage as it runs: the catalogue's entry with its code and its bounds. */
export interface Stage {
  readonly spec: StageSpec;
  readonly policy: StagePolicy;
  readonly decode: Decoder;
  readonly handle: Handler;
  /** The group that a throttle closes; default: the record's key. */
  readonly groupOf?: (record: InputRecord) => string;
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
}

export type Disposition =
  | 'ok' | 'rejected' | 'duplicate' | 'conflict' | 'retried' | 'dead_lettered' | 'quarantined' | 'parked' | 'critical';
