import { AuditEmitter, type AuditStepInput } from '@docket/audit';
import { canonicalJson, sha256Hex } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReadRecord } from '../cli/cluster.js';
import { AuditReview } from './audit-review.js';

const UNIT = '0d3f8f5e-6a55-5d59-9a0e-4a6f4c3f7f10';
const OTHER = '7b0a9c52-51c5-5f0e-8a47-0a3a6a6b1f22';
const OUTCOME = {
  correlationId: UNIT, batchTraceId: UNIT, state: 'submitted', lane: 'standard', stage: 'executor', attempts: 2, closedAt: '2026-11-20T12:00:00.000Z',
};
const TRAIL: readonly Partial<AuditStepInput>[] = [
  { stage: 'intake.grants', code: 'ok' },
  { stage: 'validator.grants', code: 'ok' },
  { stage: 'executor', step: 'retried', code: 'DOCKET_FUNDER_DOWN' },
  { stage: 'executor', code: 'submitted', attempt: 2 },
];

let offset: bigint;
let emitter: AuditEmitter;
beforeEach(() => {
  offset = 0n;
  emitter = new AuditEmitter('executor', 'standard', 'executor-0');
});

const at = (topic: string, key: string | null, value: Buffer | null): ReadRecord => ({ topic, partition: 1, offset: offset++, timestamp: 0, key, value, headers: {} });
const outcome = (value: object, key = UNIT) => at('outcomes', key, Buffer.from(JSON.stringify(value)));
const event = (step: Partial<AuditStepInput>) => {
  const { key, value } = emitter.build({
    stage: 'executor', step: 'completed', code: 'ok', subject: UNIT, digest: 'a'.repeat(64), batchTraceId: UNIT, traceparent: '', attempt: 1,
    input: { topic: 'grants.validated', partition: 0, offset: 5n }, ...step,
  }, 0);
  return at('audit.log', key, value);
};

function review(outcomes: readonly ReadRecord[], events: readonly ReadRecord[]) {
  const result = new AuditReview();
  for (const record of outcomes) result.addOutcome(record);
  for (const record of events) result.addEvent(record);
  return result.report();
}

describe('the review of the audit log', () => {
  it('is content where every outcome has its steps', () => {
    expect(review([outcome(OUTCOME)], TRAIL.map(event))).toEqual({
      ok: true, events: 4, duplicates: 0, outcomes: 1, violations: { count: 0, listed: [] }, incomplete: { count: 0, listed: [] },
    });
  });

  it('is content with nothing at all', () => {
    expect(review([], []).ok).toBe(true);
  });

  it.each([0, 1, 2, 3])('misses step %i where it is gone', (gone) => {
    const report = review([outcome(OUTCOME)], TRAIL.filter((_, at) => at !== gone).map(event));
    expect(report.ok).toBe(false);
    expect(report.incomplete).toEqual({ count: 1, listed: [{ correlationId: UNIT, state: 'submitted', stage: 'executor', missing: [expect.any(String)] }] });
  });

  it('asks of an attachment only what came after its grant was validated', () => {
    const unit = { kind: 'record', ids: { repository: 'grant-attachments', requestId: 'grant:1', documentId: '2' } };
    const extracted = { ...OUTCOME, state: 'extracted', stage: 'ocr-router.standard', attempts: 1 };
    const step = event({ stage: 'ocr-router.standard', code: 'extracted' });
    expect(review([outcome({ ...extracted, unit })], [step]).incomplete.listed).toEqual([]);
    expect(review([outcome(extracted)], [step]).incomplete.listed).toMatchObject([{ missing: ['intake.records.standard: completed', 'validator.records.standard: completed'] }]);
  });

  it('does not take the steps of another unit for those of this one', () => {
    const report = review([outcome(OUTCOME)], TRAIL.map((step) => event({ ...step, subject: OTHER })));
    expect(report.incomplete.listed[0]?.missing).toHaveLength(4);
  });

  it('counts a step that was done again as a duplicate', () => {
    expect(review([outcome(OUTCOME)], [...TRAIL, ...TRAIL].map(event))).toMatchObject({ ok: true, events: 8, duplicates: 4 });
  });

  it('judges the latest outcome of a unit', () => {
    const earlier = { ...OUTCOME, state: 'dead-lettered', attempts: 5, code: 'DOCKET_FUNDER_DOWN' };
    expect(review([outcome(earlier), outcome(OUTCOME)], TRAIL.map(event))).toMatchObject({ ok: true, outcomes: 1 });
  });

  it('finds tombstones, wrong keys, unsound values and conflicts, each with its place', () => {
    const sound = event({});
    const edited = Buffer.from(canonicalJson({ ...(JSON.parse(String(sound.value)) as object), note: 'x' }));
    const report = review([], [
      sound,
      at('audit.log', sound.key, null),
      at('audit.log', sound.key, edited),
      at('audit.log', sha256Hex(edited), edited),
      event({ digest: 'b'.repeat(64) }),
    ]);
    expect(report.violations.count).toBe(4);
    expect(report.violations.listed.map((entry) => [entry.kind, entry.offset])).toEqual([
      ['tombstone', '1'], ['key', '2'], ['schema', '3'], ['conflict', '4'],
    ]);
    expect(report.violations.listed[0]).toMatchObject({ topic: 'audit.log', partition: 1 });
  });

  it('is content with an outcome of a stage beside the catalogue that has its step', () => {
    const letter = { ...OUTCOME, stage: 'letters', state: 'rejected', code: 'DOCKET_LETTER_ABOUT', attempts: 1 };
    const own = event({ stage: 'letters', step: 'rejected', code: 'DOCKET_LETTER_ABOUT' });
    expect(review([outcome(letter)], [own])).toMatchObject({ ok: true, outcomes: 1, violations: { count: 0 } });
    const [incomplete] = review([outcome(letter)], []).incomplete.listed;
    expect(incomplete).toMatchObject({ stage: 'letters', missing: ['letters: DOCKET_LETTER_ABOUT at attempt 1'] });
  });

  it('finds what is no outcome', () => {
    const report = review([outcome(OUTCOME, OTHER), at('outcomes', UNIT, null)], []);
    expect(report.violations.listed.map((entry) => entry.kind)).toEqual(['outcome', 'outcome']);
  });

  it('lists the first thousand findings and counts all', () => {
    const report = review([], Array.from({ length: 1_500 }, () => at('audit.log', null, null)));
    expect(report.violations.count).toBe(1_500);
    expect(report.violations.listed).toHaveLength(1_000);
  });
});
