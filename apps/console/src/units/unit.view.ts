import type { Row } from '../database/database.port.js';

/** A unit as the API tells it. What is not known is null. */
export interface UnitView {
  readonly id: string;
  readonly kind: string | null;
  readonly tenant: string | null;
  readonly lane: string;
  /** An outcome, or while there is none `received`, `validated`, `processing`, `retrying`, `throttled`, `closing`. */
  readonly state: string;
  /** The stage that was last heard of. */
  readonly stage: string;
  /** Times that this stage tried. */
  readonly attempts: number;
  readonly batch: string;
  readonly digest: string | null;
  readonly ids: Readonly<Record<string, string>>;
  readonly rules: readonly string[];
  readonly code: string | null;
  readonly references: Readonly<Record<string, string | number | boolean>>;
  /** ISO 8601 UTC; where the unit could not be read: when it was first heard of. */
  readonly receivedAt: string;
  readonly closedAt: string | null;
}

export const UNIT_COLUMNS =
  'id, kind, tenant, lane, state, stage, attempts, batch, digest, ids, rules, code, refs, received, closed';

export function unitView(row: Row): UnitView {
  return {
    id: String(row['id']),
    kind: textOf(row['kind']),
    tenant: textOf(row['tenant']),
    lane: String(row['lane']),
    state: String(row['state']),
    stage: String(row['stage']),
    attempts: Number(row['attempts']),
    batch: String(row['batch']),
    digest: textOf(row['digest']),
    ids: row['ids'] as UnitView['ids'],
    rules: row['rules'] as UnitView['rules'],
    code: textOf(row['code']),
    references: row['refs'] as UnitView['references'],
    receivedAt: timeOf(row['received']) ?? '',
    closedAt: timeOf(row['closed']),
  };
}

/** A step of the timeline: an event of the audit log and the record that it was about. */
export interface StepView {
  /** ISO 8601 UTC, by the clock of the service. */
  readonly at: string;
  readonly stage: string;
  readonly step: string;
  readonly code: string;
  readonly status: string;
  readonly attempt: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  /** SHA-256 (hex) of the audit event's bytes: its key in the audit log. */
  readonly leaf: string;
}

export const STEP_COLUMNS = 'at, stage, step, code, status, attempt, input_topic, input_part, input_off::text AS input_off, leaf';

export function stepView(row: Row): StepView {
  return {
    at: timeOf(row['at']) ?? '',
    stage: String(row['stage']),
    step: String(row['step']),
    code: String(row['code']),
    status: String(row['status']),
    attempt: Number(row['attempt']),
    topic: String(row['input_topic']),
    partition: Number(row['input_part']),
    offset: String(row['input_off']),
    leaf: String(row['leaf']),
  };
}

export function timeOf(value: unknown): string | null {
  return value instanceof Date ? value.toISOString() : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
