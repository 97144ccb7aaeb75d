import {
  HEADER, isTraceparent, laneTopic, outputId, ownTopics, type AuditStep, type ErrorCategory, type ErrorEvent, type Headers, type Outcome, type OutcomeState,
  type DocketCode, type References, type StageSpec, type Violation,
} from '@docket/contracts';
import type { HandlerResult } from './handler-result.js';
import type { InputRecord, OutputRecord, UnitIdentity } from './record.js';
import { withoutState } from './tier-record.js';

/** A step for the audit log. */
export interface StepRecord {
  readonly stage: string;
  readonly step: AuditStep;
  /** Outcome or error code. */
  readonly code: string;
  readonly identity: UnitIdentity;
  readonly attempt: number;
  readonly input: { readonly topic: string; readonly partition: number; readonly offset: bigint };
  readonly traceparent: string;
}

/** All that one finished record brings about: committed together, once the step is on the record. */
export interface Effect {
  readonly step: StepRecord;
  /** Set where the unit's way ends here. */
  readonly outcome?: OutcomeState;
  readonly records: readonly OutputRecord[];
}

export interface EffectInput {
  readonly spec: StageSpec;
  readonly record: InputRecord;
  readonly identity: UnitIdentity;
  /** The ledger's id of the unit. */
  readonly unit: string;
  readonly attempt: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly firstFailureAt?: number;
}

export type Final = Exclude<HandlerResult, { kind: 'throttled' | 'retriable' | 'critical' }>;

/** What a final result writes. Pure: the same input gives the same records, but for times. */
export function effectOf(input: EffectInput, result: Final): Effect {
  switch (result.kind) {
    case 'emit':
      return effect(input, 'completed', result.outcome?.state ?? result.code ?? 'ok', [
        ...result.events.map((event, ordinal) => ({
          topic: event.topic,
          key: event.key,
          value: event.value,
          headers: event.headers ? { ...stageHeaders(input, event.type, String(ordinal)), ...event.headers } : stageHeaders(input, event.type, String(ordinal)),
        })),
        ...(result.outcome ? [outcomeRecord(input, result.outcome.state, { references: result.outcome.references })] : []),
      ], result.outcome?.state);
    case 'invalid': {
      const rules = [...new Set(result.violations.map((violation) => violation.rule))].sort();
      return effect(input, 'rejected', result.code, [
        errorRecord(input, result.category, result.code, result.message, result.violations),
        outcomeRecord(input, 'rejected', { code: result.code, rules }),
      ], 'rejected');
    }
    case 'poison':
      return deadLetter(input, 'internal', result.code, result.message);
    case 'quarantine':
      return effect(input, 'quarantined', result.code, [
        copyTo(input, quarantineTopic(input.spec), result.code),
        errorRecord(input, result.category, result.code, result.message),
        outcomeRecord(input, 'quarantined', { code: result.code, rules: result.rule ? [result.rule] : [] }),
      ], 'quarantined');
    case 'park':
      return effect(input, 'parked', result.code, [
        copyTo(input, ownTopics(input.spec).parked, result.code, result.dueAt),
        errorRecord(input, result.category, result.code, result.message),
        outcomeRecord(input, result.state, { code: result.code, references: result.references }),
      ], result.state);
    // The outcome of the first unit of this id stands: a conflict never overwrites it.
    case 'conflict':
      return effect(input, 'conflict', result.code, [
        copyTo(input, quarantineTopic(input.spec), result.code),
        errorRecord(input, 'conflict', result.code, result.message),
      ]);
  }
}

/** The record goes to the dead-letter topic with its reason. */
export function deadLetter(input: EffectInput, category: ErrorCategory, code: DocketCode, message: string): Effect {
  return effect(input, 'dead-lettered', code, [
    copyTo(input, ownTopics(input.spec).dlq, code),
    errorRecord(input, category, code, message),
    outcomeRecord(input, 'dead-lettered', { code }),
  ], 'dead-lettered');
}

/** The same unit again: dropped, on the record, and never in `outcomes`, where it would overwrite the first one's. */
export function duplicate(input: EffectInput): Effect {
  const code = 'DOCKET_DUPLICATE';
  return effect(input, 'duplicate', code, [errorRecord(input, 'duplicate', code, 'this unit was seen before: it is not done again')]);
}

/** Another id with the content of a unit that was seen: its outcome names the first. */
export function contentDuplicate(input: EffectInput, first: string): Effect {
  const code = 'DOCKET_CONTENT_DUPLICATE';
  return effect(input, 'duplicate', code, [
    errorRecord(input, 'duplicate', code, 'a unit with the same subject and content was seen before'),
    outcomeRecord(input, 'duplicate', { code, references: { duplicateOf: first } }),
  ], 'duplicate');
}

/** The unit goes to a retry topic: `record` (AUD-RETRY-01). */
export function retry(input: EffectInput, step: 'retried' | 'throttled', code: string, record: OutputRecord): Effect {
  return effect(input, step, code, [record]);
}

function effect(input: EffectInput, step: AuditStep, code: string, records: OutputRecord[], outcome?: OutcomeState): Effect {
  const { record, spec, identity, attempt } = input;
  const { topic, partition, offset } = record;
  const traceparent = record.headers[HEADER.traceparent];
  return {
    step: { stage: spec.name, step, code, identity, attempt, input: { topic, partition, offset }, traceparent: isTraceparent(traceparent) ? traceparent : '' },
    records,
    ...(outcome && { outcome }),
  };
}

/** Units without a quarantine topic of their own (grants) go to the dead-letter topic, reason kept. */
function quarantineTopic(spec: StageSpec): string {
  return spec.outputs.find((topic) => topic.endsWith('.quarantine')) ?? ownTopics(spec).dlq;
}

/** Above this a copy would not fit its topic (2 MiB with headers); the record stays where it is, and the copy says so. */
const MAX_COPY_BYTES = 1_500 * 1024;

/** The input itself, same partition, with why and whence. */
function copyTo(input: EffectInput, topic: string, code: DocketCode, dueAt?: number): OutputRecord {
  const { record, attempt, now } = input;
  const fits = (record.value?.length ?? 0) <= MAX_COPY_BYTES;
  return {
    topic,
    partition: record.partition,
    key: record.key ?? input.identity.correlationId,
    value: fits ? record.value : null,
    headers: {
      ...withoutState(record.headers),
      [HEADER.correlationId]: input.identity.correlationId,
      [HEADER.batchTraceId]: input.identity.batchTraceId,
      [HEADER.origin]: `${record.topic}/${record.partition}/${record.offset}`,
      [HEADER.errorCode]: code,
      [HEADER.attempt]: String(attempt),
      [HEADER.unit]: input.unit,
      [HEADER.firstFailure]: new Date(input.firstFailureAt ?? now).toISOString(),
      [HEADER.lastFailure]: new Date(now).toISOString(),
      ...(dueAt !== undefined && { [HEADER.notBefore]: String(Math.round(dueAt)) }),
      ...(record.oversized && { 'docket-headers-omitted': 'true' }),
      ...(fits ? {} : { 'docket-value-omitted': String(record.value?.length) }),
    },
  };
}

function outcomeRecord(
  input: EffectInput, state: OutcomeState, more: { code?: DocketCode; rules?: readonly string[]; references?: References | undefined },
): OutputRecord {
  const { identity, spec } = input;
  const outcome: Outcome = {
    correlationId: identity.correlationId,
    batchTraceId: identity.batchTraceId,
    state,
    lane: spec.lane,
    stage: spec.name,
    attempts: input.attempt,
    closedAt: new Date(input.now).toISOString(),
    ...(more.code && { code: more.code }),
    ...(more.rules && more.rules.length > 0 && { rules: more.rules }),
    ...(identity.unit && { unit: identity.unit }),
    ...(more.references && { references: more.references }),
  };
  return json(input, laneTopic(spec.lane, 'outcomes'), 'docket.outcome.v1', 'outcome', outcome);
}

function errorRecord(
  input: EffectInput, category: ErrorCategory, code: DocketCode, message: string, violations: readonly Violation[] = [],
): OutputRecord {
  const { identity, record, spec } = input;
  const event: ErrorEvent = {
    correlationId: identity.correlationId,
    batchTraceId: identity.batchTraceId,
    stage: spec.name,
    category,
    code,
    message,
    attempts: input.attempt,
    at: new Date(input.now).toISOString(),
    origin: { topic: record.topic, partition: record.partition, offset: String(record.offset) },
    violations,
  };
  return json(input, laneTopic(spec.lane, 'errors'), 'docket.error.v1', 'error', event);
}

function json(input: EffectInput, topic: string, type: string, ordinal: string, value: object): OutputRecord {
  return {
    topic,
    key: input.identity.correlationId,
    value: Buffer.from(JSON.stringify(value)),
    headers: stageHeaders(input, type, ordinal),
  };
}

/** CloudEvents and Docket headers of an output. The id is a function of the input: a repeat repeats it. */
function stageHeaders(input: EffectInput, type: string, ordinal: string): Record<string, string> {
  const { record, spec, identity } = input;
  const { headers } = record;
  const result: Record<string, string> = {
    [HEADER.specVersion]: '1.0',
    [HEADER.id]: outputId(spec.name, headers[HEADER.source] ?? record.topic, headers[HEADER.id] ?? `${record.partition}/${record.offset}`, `${identity.correlationId}/${ordinal}${operationOf(headers)}`),
    [HEADER.source]: `/docket/${spec.name}`,
    [HEADER.type]: type,
    [HEADER.subject]: identity.correlationId,
    [HEADER.time]: isoTime(input.now),
    [HEADER.contentType]: 'application/json',
    [HEADER.correlationId]: identity.correlationId,
    [HEADER.batchTraceId]: identity.batchTraceId,
    [HEADER.digest]: identity.digest,
    [HEADER.lane]: spec.lane,
  };
  const orderKey = headers[HEADER.orderKey];
  if (orderKey !== undefined) result[HEADER.orderKey] = orderKey;
  addTrace(result, headers);
  return result;
}

let lastMs = Number.NaN;
let lastText = '';

/** Hundreds of records share a millisecond. */
function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastMs = ms;
    lastText = new Date(ms).toISOString();
  }
  return lastText;
}

/** What comes of a unit that was put back supersedes what came of it before: it is another event. */
function operationOf(headers: Headers): string {
  const operation = headers[HEADER.operation];
  return operation === undefined ? '' : `/${operation}`;
}

/** W3C bounds: what is not well-formed came from outside and goes no further, least of all into the audit log. */
function addTrace(to: Record<string, string>, headers: Headers): void {
  const traceparent = headers[HEADER.traceparent];
  if (!isTraceparent(traceparent)) return;
  to[HEADER.traceparent] = traceparent;
  const tracestate = headers[HEADER.tracestate];
  if (tracestate !== undefined && /^[\x20-\x7e]{1,512}$/.test(tracestate)) to[HEADER.tracestate] = tracestate;
}
