export type { LoadProbe } from './adaptive-window.js';
export { effectOf, type Effect, type EffectInput, type StepRecord } from './effect.js';
export { emit, park, quarantine, resultOfError, type HandlerResult, type OutEvent, type Terminal } from './handler-result.js';
export { type LedgerEntry, type LedgerPending, type LedgerState } from './ledger/ledger-entry.js';
export { encodeLedgerRecord, readLedgerHead, type LedgerHead } from './ledger/ledger-record.js';
export { Ledger, type LedgerOptions } from './ledger/ledger.js';
export { noCalls, type CallPort } from './outside-calls.js';
export { isTimedRelease } from './parked-until.js';
export type { Decoded, Decoder, InputRecord, OutputRecord, UnitIdentity } from './record.js';
export { retryStep, type RetryStep } from './retry-plan.js';
export {
  silentObserver, type Disposition, type Handler, type HandlerContext, type LookupResult, type Stage, type StageLog, type StageObserver, type StagePolicy,
} from './stage.js';
/** @internal for the simulator's deliberate bugs */
export { HeldKeys } from './held-keys.js';
/** @internal */
export { RetryTiers } from './retry-tiers.js';
/** @internal */
export { Watermark } from './watermark.js';
export { TaskGroup, type TaskGroupOptions } from './task-group.js';
export type { MembershipPort, SourceBounds, TaskPort, Transaction } from './task-port.js';
export { originRef, unitRef, type UnitRef } from './unit-ref.js';
export { eventDecoder } from './event-decoder.js';
export { workUnitDecoder } from './work-unit-decoder.js';
