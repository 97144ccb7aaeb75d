import { COMPONENTS, LANES } from './kafka/stages.js';

export type MetricType = 'counter' | 'histogram' | 'gauge';

export interface MetricSpec {
  readonly name: string;
  readonly type: MetricType;
  readonly help: string;
  readonly labels: readonly string[];
  /** Closed label values where they are known: every combination starts at 0, unknown values become `other`. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  /** Histogram bounds, seconds unless the name says otherwise. */
  readonly buckets?: readonly number[];
}

const STAGE_BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
const AGE_BUCKETS = [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 86_400];
const FAST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const CONFIDENCE_BUCKETS = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

/** Labels that every series carries. */
export const DEFAULT_LABELS = { component: COMPONENTS, lane: LANES } as const;

/** The closed list: what is not here cannot be registered. Names get the prefix `docket_`. */
export const METRICS = [
  counter('intake_accepted_total', 'Units acknowledged by the broker and answered 202', ['kind'], { kind: ['grant', 'record'] }),
  counter('intake_rejected_total', 'Requests, and lines of streamed requests, refused at the front door', ['reason'], {
    reason: [
      'invalid', 'too_large', 'media_type', 'unauthenticated', 'forbidden', 'rate_limited', 'idempotency', 'throttled', 'shedding', 'blocked',
      'unavailable',
    ],
  }),
  counter('intake_replayed_total', 'Submissions recognised as sent before and answered as then', []),
  gauge('admission_scale_ratio', 'Share of the ceiling that is let in', ['kind'], { kind: ['grant', 'record'] }),
  gauge('admission_state', '1 for how far the front door is open', ['kind', 'state'], {
    kind: ['grant', 'record'], state: ['open', 'throttled', 'shedding', 'blocked'],
  }),
  gauge('admission_signal_seconds', 'How far the slowest stage is behind, as last told', ['kind'], { kind: ['grant', 'record'] }),
  gauge('admission_target_seconds', 'How long a unit may wait', ['kind'], { kind: ['grant', 'record'] }),
  gauge('queue_fill_ratio', 'Fill of a queue behind the front door, by its declared capacity', ['queue']),
  counter('http_requests_total', 'HTTP requests answered', ['method', 'route', 'status']),
  histogram('http_request_duration_seconds', 'Time to answer an HTTP request', ['route'], FAST_BUCKETS),
  counter('stage_received_total', 'Records taken from the input', ['stage']),
  counter('stage_processed_total', 'Records finished, by what became of them', ['stage', 'disposition'], {
    disposition: ['ok', 'rejected', 'duplicate', 'conflict', 'retried', 'dead_lettered', 'quarantined', 'parked', 'critical'],
  }),
  histogram('stage_handler_duration_seconds', 'Time in the handler', ['stage'], STAGE_BUCKETS),
  histogram('stage_queue_wait_seconds', 'Broker append to start of the handler', ['stage'], STAGE_BUCKETS),
  histogram('pipeline_freshness_seconds', 'Receipt to terminal outcome, without parked', ['kind'], AGE_BUCKETS, { kind: ['grant', 'record'] }),
  counter('dead_lettered_total', 'Records written to a dead-letter topic', ['stage', 'reason']),
  counter('retry_scheduled_total', 'Records written to a retry topic, followers included', ['stage', 'tier'], { tier: ['1', '2', '3', '4', '5'] }),
  histogram('retry_overrun_seconds', 'Start of a retry minus its due time', ['tier'], STAGE_BUCKETS, { tier: ['1', '2', '3', '4', '5'] }),
  counter('dedupe_lookups_total', 'Units looked up in the ledger', ['stage', 'result'], {
    result: ['miss', 'hit', 'content', 'in_flight', 'conflict', 'redelivered'],
  }),
  counter('redriven_total', 'Dead or parked units put back', ['outcome'], { outcome: ['redriven', 'refused'] }),
  gauge('dead_letter_limit_tripped', '1 where a stage stopped instead of dead-lettering everything', ['stage']),
  gauge('stage_tasks', 'Partitions that this instance runs, by state', ['stage', 'state'], { state: ['opening', 'running', 'suspended'] }),
  gauge('held_records', 'Records on retry topics, followers included', ['stage']),
  histogram('stage_commit_duration_seconds', 'Time of a transaction', ['stage'], FAST_BUCKETS),
  gauge('consumer_lag_records', 'Records between the committed and the end offset', ['group', 'topic', 'partition']),
  gauge('consumer_lag_seconds', 'Age of the first record that is not read, at least', ['group', 'topic', 'partition']),
  gauge('consumer_drain_seconds', 'Time the group would need for what is there, of its slowest partition', ['group', 'topic']),
  gauge('consumer_group_status', '1 for what the group does on the topic, by its worst partition', ['group', 'topic', 'status'], {
    status: ['OK', 'WARN', 'STALL', 'STOP', 'REWIND'],
  }),
  gauge('lag_last_success_timestamp_seconds', 'When lag was last measured', []),
  gauge('consumer_paused_partitions', 'Partitions that are not read for now, by what holds them', ['group', 'topic', 'reason'], {
    reason: ['backpressure', 'retry_delay', 'funder_limit', 'breaker', 'operator'],
  }),
  counter('consumer_rebalances_total', 'Group joins of this consumer', ['group']),
  counter('kafka_errors_total', 'Errors of Kafka clients', ['role', 'code']),
  counter('funder_requests_total', 'Calls to funders', ['funder', 'outcome'], { outcome: ['ok', 'throttled', 'refused', 'failed'] }),
  histogram('funder_request_duration_seconds', 'Time of a call to a funder', ['funder'], FAST_BUCKETS),
  histogram('funder_limiter_wait_seconds', 'Time a submission waited for its turn at the funder', ['funder'], STAGE_BUCKETS),
  gauge('funder_quota_remaining_ratio', 'Share of a quota that is left in its window', ['funder', 'window'], { window: ['day', 'month'] }),
  gauge('breaker_state', '1 for the state the breaker is in', ['target', 'state'], { state: ['closed', 'open', 'half_open'] }),
  counter('ocr_pages_total', 'Pages read', ['engine', 'outcome'], { outcome: ['ok', 'low_confidence', 'empty', 'failed'] }),
  counter('ocr_documents_total', 'Documents read', ['method', 'degraded'], { method: ['ocr', 'text-layer', 'mixed'], degraded: ['true', 'false'] }),
  histogram('ocr_page_duration_seconds', 'Time to read a page', ['engine'], STAGE_BUCKETS),
  histogram('ocr_page_confidence_ratio', 'Mean word confidence of a page', ['engine'], CONFIDENCE_BUCKETS),
  counter('lane_raised_total', 'Documents moved to a stricter lane', ['to'], { to: LANES }),
  counter('audit_events_total', 'Audit events emitted', ['outcome'], { outcome: ['acked', 'failed'] }),
  histogram('audit_emit_duration_seconds', 'Time until the broker acknowledged audit events', [], FAST_BUCKETS),
  counter('audit_verifications_total', 'Audit events checked', ['check', 'result'], {
    check: ['key', 'schema', 'identity'], result: ['ok', 'violation'],
  }),
  counter('audit_violations_total', 'Audit events that fail a check', ['kind'], { kind: ['tombstone', 'key', 'schema', 'conflict'] }),
  gauge('build_info', 'Version of this build', ['version']),
] as const satisfies readonly MetricSpec[];

export type MetricName = (typeof METRICS)[number]['name'];

type Labels = readonly string[];
type Values = Readonly<Record<string, readonly string[]>>;

function counter<const N extends string>(name: N, help: string, labels: Labels, values?: Values) {
  return { name, type: 'counter' as const, help, labels, ...(values && { values }) };
}
function gauge<const N extends string>(name: N, help: string, labels: Labels, values?: Values) {
  return { name, type: 'gauge' as const, help, labels, ...(values && { values }) };
}
function histogram<const N extends string>(name: N, help: string, labels: Labels, buckets: readonly number[], values?: Values) {
  return { name, type: 'histogram' as const, help, labels, buckets, ...(values && { values }) };
}
