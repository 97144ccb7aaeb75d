export { effectOf, type Effect, type EffectInput, type StepRecord } from './effect.js';
export { emit, park, quarantine, resultOfError, type HandlerResult, type OutEvent, type Terminal } from './handler-result.js';
export type { Decoded, Decoder, InputRecord, OutputRecord, UnitIdentity } from './record.js';
export { DEFAULT_RETRY_PLAN, nextDelay, type RetryPlan } from './retry-plan.js';
export type { Disposition, Handler, HandlerContext, Stage, StageLog, StageObserver, StagePolicy } from './stage.js';
export { Task, type TaskOptions, type TaskPort } from './task.js';
export { workUnitDecoder } from './work-unit-decoder.js';
