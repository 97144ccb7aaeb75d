import {
  isDocketError, type DocketCode, type DocketError, type ErrorCategory, type Headers, type InvalidPayloadError, type OutcomeState, type References, type RuleId, type Violation,
} from '@docket/contracts';

/** An event that a handler wants written; id, source, trace and correlation headers are added by the stage. */
export interface OutEvent {
  readonly topic: string;
  readonly key: string;
  /** CloudEvents type, e.g. `docket.grant.validated.v1`. */
  readonly type: string;
  readonly value: Buffer;
  /** Overrides the stage's own headers where names are equal. */
  readonly headers?: Headers;
}

/** The terminal outcome that a handler reached. */
export interface Terminal {
  readonly state: OutcomeState;
  readonly references?: References;
}

/** What a handler says of its record; the table in docs/guarantees.md tells what each one does. */
export type HandlerResult =
  | { readonly kind: 'emit'; readonly events: readonly OutEvent[]; readonly outcome?: Terminal; readonly code?: string }
  | { readonly kind: 'throttled'; readonly code: DocketCode; readonly retryAfterMs?: number }
  | { readonly kind: 'retriable'; readonly code: DocketCode; readonly message: string; readonly retryAfterMs?: number }
  | { readonly kind: 'invalid'; readonly code: DocketCode; readonly message: string; readonly category: ErrorCategory; readonly violations: readonly Violation[] }
  | { readonly kind: 'poison'; readonly code: DocketCode; readonly message: string }
  | { readonly kind: 'quarantine'; readonly code: DocketCode; readonly message: string; readonly category: ErrorCategory; readonly rule?: RuleId }
  | { readonly kind: 'park'; readonly code: DocketCode; readonly message: string; readonly category: ErrorCategory; readonly state: OutcomeState; readonly references?: References; readonly dueAt?: number }
  | { readonly kind: 'conflict'; readonly code: DocketCode; readonly message: string }
  | { readonly kind: 'critical'; readonly error: Error };

/** Done: writes the events and, at the end of a unit's way, its outcome. `code` names a branch in the audit step. */
export function emit(events: readonly OutEvent[] = [], outcome?: Terminal, code?: string): HandlerResult {
  return { kind: 'emit', events, ...(outcome && { outcome }), ...(code && { code }) };
}

/** Must not go on: wrong digest, unknown to custody, marked above its lane. */
export function quarantine(code: DocketCode, message: string, category: ErrorCategory, rule?: RuleId): HandlerResult {
  return { kind: 'quarantine', code, message, category, ...(rule && { rule }) };
}

/**
 * Waits for a person or an event; `state` says which outcome is shown meanwhile.
 * @param dueAt when the task releases it by itself, milliseconds since the epoch: a quota's window opens
 */
export function park(
  code: DocketCode, message: string, category: ErrorCategory, state: OutcomeState, references?: References, dueAt?: number,
): HandlerResult {
  return { kind: 'park', code, message, category, state, ...(references && { references }), ...(dueAt !== undefined && { dueAt }) };
}

/** What a thrown error means. Unknown exceptions count as retriable: their cause may pass. */
export function resultOfError(error: unknown): HandlerResult {
  if (!isDocketError(error)) {
    return { kind: 'retriable', code: 'DOCKET_UNEXPECTED', message: 'the handler failed unexpectedly' };
  }
  const { code, message } = error;
  const wait = error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs };
  switch (error.kind) {
    case 'throttled':
      return { kind: 'throttled', code, ...wait };
    case 'retriable':
      return { kind: 'retriable', code, message, ...wait };
    case 'invalid':
      return { kind: 'invalid', code, message, ...reasons(error) };
    case 'poison':
      return { kind: 'poison', code, message };
    case 'quarantine':
      return quarantine(code, message, 'extraction');
    case 'park':
      return park(code, message, 'policy', 'parked');
    case 'conflict':
      return { kind: 'conflict', code, message };
    case 'critical':
      return { kind: 'critical', error };
  }
}

function reasons(error: DocketError): { category: ErrorCategory; violations: readonly Violation[] } {
  const violations = 'violations' in error ? (error as InvalidPayloadError).violations : [];
  return { category: violations.length > 0 ? 'validation' : 'policy', violations };
}
