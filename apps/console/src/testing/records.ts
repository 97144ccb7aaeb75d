import { AuditEmitter } from '@docket/audit';
import type { AuditStep, DeadlineClock, Lane, Outcome, WorkUnit } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';

/** Builders of records for specs. Times are milliseconds since the epoch. */

export const T0 = Date.parse('2026-03-02T09:00:00.000Z');

export function uuidOf(n: number): string {
  return `00000000-0000-5000-8000-${String(n).padStart(12, '0')}`;
}

export function digestOf(n: number): string {
  return String(n).padStart(64, '0');
}

/** A record of a topic before it has a place in it. */
export type Loose = Pick<InputRecord, 'topic' | 'key' | 'value'>;

/** Gives records their offsets and broker times, as one partition would. */
export function inPartition(loose: readonly Loose[], partition = 0, from = T0): InputRecord[] {
  return loose.map((record, at) => ({ ...record, partition, offset: BigInt(at), timestamp: from + at, headers: {} }));
}

export function workUnit(n: number, more: Partial<WorkUnit> & { topic?: string } = {}): Loose {
  const { topic = 'grants.work-units', ...given } = more;
  const unit: WorkUnit = {
    correlationId: uuidOf(n), batchTraceId: uuidOf(900), tenant: 'example-tenant', kind: 'grant',
    receivedAt: new Date(T0 + n).toISOString(), digest: digestOf(n), payload: { grantId: `GR-${n}`, funder: 'example-funder' }, ...given,
  };
  return { topic, key: unit.correlationId, value: json(unit) };
}

export function outcome(n: number, more: Partial<Outcome> = {}): Loose {
  const value: Outcome = {
    correlationId: uuidOf(n), batchTraceId: uuidOf(900), state: 'submitted', lane: 'standard', stage: 'executor', attempts: 1,
    closedAt: new Date(T0 + 1000 + n).toISOString(),
    unit: { kind: 'grant', tenant: 'example-tenant', digest: digestOf(n), receivedAt: new Date(T0 + n).toISOString(), ids: { grantId: `GR-${n}`, funder: 'example-funder' } },
    ...more,
  };
  return { topic: 'outcomes', key: value.correlationId, value: json(value) };
}

export interface StepOptions {
  readonly lane?: Lane;
  readonly code?: string;
  readonly attempt?: number;
  readonly at?: number;
  readonly offset?: bigint;
}

/** A step as a service that has just started would report it. */
export function step(n: number, stage: string, kind: AuditStep, options: StepOptions = {}): Loose {
  const { lane = 'standard', code = 'ok', attempt = 1, at = T0 + 100, offset = 0n } = options;
  const { key, value } = new AuditEmitter('validator', lane, 'example-1').build(
    {
      stage, step: kind, code, subject: uuidOf(n), digest: digestOf(n), batchTraceId: uuidOf(900), traceparent: '', attempt,
      input: { topic: 'example.input', partition: 0, offset },
    },
    at,
  );
  return { topic: 'audit.log', key, value };
}

export function clock(requestId: string, more: Partial<DeadlineClock> = {}): Loose {
  const value: DeadlineClock = {
    requestId, tenant: 'example-tenant', jurisdiction: 'US', receivedOn: '2026-03-02', kind: 'response', days: 20, unit: 'working-days',
    citation: '5 USC 552(a)(6)', escalateOn: '2026-03-24', dueOn: '2026-03-30', skipped: [{ date: '2026-03-07', reason: 'Saturday' }],
    holidays: 'example', ...more,
  };
  return { topic: 'deadlines.clocks', key: requestId, value: json(value) };
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
