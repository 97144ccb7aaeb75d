import { ATTACHMENT_REPOSITORY, canonicalJson, ManualClock, sha256Hex, type Outcome } from '@docket/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AuditEmitter, type AuditStepInput } from './audit-emitter.js';
import { missingSteps } from './trail.js';
import { stableDigest, verifyAuditRecord } from './verify-record.js';

const ID = '2ed6657d-e927-568b-95e1-2665a8aea6a2';
const step = (over: Partial<AuditStepInput> = {}): AuditStepInput => ({
  stage: 'executor', step: 'completed', code: 'submitted', subject: ID, digest: 'a'.repeat(64), batchTraceId: ID, traceparent: '', attempt: 1,
  input: { topic: 'grants.validated', partition: 0, offset: 7n }, ...over,
});

function event(over: Partial<AuditStepInput> = {}, emitter = new AuditEmitter('executor', 'standard', 'executor-0')) {
  const { key, value } = emitter.build(step(over), new ManualClock().now());
  const checked = verifyAuditRecord(key, value);
  if (!('event' in checked)) throw new Error(checked.violation);
  return checked.event;
}

describe('audit events', () => {
  it('are keyed by the SHA-256 of their canonical bytes and verify by themselves', () => {
    const { key, value } = new AuditEmitter('executor', 'standard', 'executor-0').build(step(), 0);
    expect(key).toBe(sha256Hex(value));
    expect(value.toString()).toBe(canonicalJson(JSON.parse(value.toString())));
    expect(verifyAuditRecord(key, value)).toHaveProperty('event');
  });

  it('are refused after any change of a byte, under the old key and under a new one', () => {
    const { key, value } = new AuditEmitter('executor', 'standard', 'executor-0').build(step(), 0);
    fc.assert(fc.property(fc.nat(value.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const forged = Buffer.from(value);
      forged[at] = (forged[at] ?? 0) ^ change;
      expect(verifyAuditRecord(key, forged)).toEqual({ violation: 'key' });
    }));
    const other = Buffer.from(value.toString().replace('"offset":"7"', '"offset":"8"'));
    expect(verifyAuditRecord(sha256Hex(other), other)).toEqual({ violation: 'schema' });
  });

  it('are refused with a member that is not on the list, and as a tombstone', () => {
    const { key, value } = new AuditEmitter('executor', 'standard', 'executor-0').build(step(), 0);
    const more = Buffer.from(canonicalJson({ ...(JSON.parse(value.toString()) as object), note: 'free text' }));
    expect(verifyAuditRecord(sha256Hex(more), more)).toEqual({ violation: 'schema' });
    expect(verifyAuditRecord(key, null)).toEqual({ violation: 'tombstone' });
  });

  it('have the same id and stable content for a step done again, another id for the next attempt', () => {
    const first = event();
    const again = event({}, new AuditEmitter('executor', 'standard', 'executor-1'));
    expect(again.id).toBe(first.id);
    expect(stableDigest(again)).toBe(stableDigest(first));
    expect(event({ attempt: 2 }).id).not.toBe(first.id);
    expect(stableDigest(event({ code: 'rejected' }))).not.toBe(stableDigest(first));
  });

  it('name the event before them of the same instance', () => {
    const emitter = new AuditEmitter('executor', 'standard', 'executor-0');
    const first = emitter.build(step(), 0);
    const second = event({ attempt: 2 }, emitter);
    expect(second.data.exec).toMatchObject({ seq: 1, prev: first.key });
  });
});

describe('missingSteps', () => {
  const outcome = (over: Partial<Outcome> = {}): Outcome => ({
    correlationId: ID, batchTraceId: ID, state: 'submitted', lane: 'standard', stage: 'executor', attempts: 2, closedAt: '', ...over,
  });
  const trail = [
    event({ stage: 'intake.grants', code: 'ok' }),
    event({ stage: 'validator.grants', code: 'ok' }),
    event({ step: 'retried', code: 'DOCKET_FUNDER_UNAVAILABLE' }),
    event({ attempt: 2 }),
  ];

  it('finds a whole trail complete', () => {
    expect(missingSteps(outcome(), trail)).toEqual([]);
  });

  it('names each step that is left out', () => {
    for (let left = 0; left < trail.length; left++) {
      expect(missingSteps(outcome(), trail.filter((_step, at) => at !== left))).toHaveLength(1);
    }
  });

  it('lets a duplicate by content end where it was recognised', () => {
    const ended = outcome({ state: 'duplicate', code: 'DOCKET_CONTENT_DUPLICATE', stage: 'validator.grants', attempts: 1 });
    const steps = [event({ stage: 'intake.grants', code: 'ok' }), event({ stage: 'validator.grants', step: 'duplicate', code: 'DOCKET_CONTENT_DUPLICATE' })];
    expect(missingSteps(ended, steps)).toEqual([]);
    expect(missingSteps(ended, steps.slice(0, 1))).toHaveLength(1);
  });

  it('is not misled by repeats, conflicts and redrives of the same unit', () => {
    const input = { topic: 'grants.work-units', partition: 0, offset: 8n };
    const aside = [
      event({ stage: 'validator.grants', step: 'duplicate', code: 'DOCKET_DUPLICATE', input }),
      event({ stage: 'validator.grants', step: 'conflict', code: 'DOCKET_CONFLICT', input }),
      event({ step: 'redriven', code: 'ok', input }),
    ];
    expect(aside.map(({ data }) => data.outcome.status)).toEqual(['success', 'failure', 'success']);
    expect(missingSteps(outcome(), [...aside, ...trail])).toEqual([]);
    expect(missingSteps(outcome({ attempts: 1 }), aside)).toHaveLength(3);
  });

  it('counts a stage passed in the lane that a raised document came from', () => {
    const raised = [
      event({ stage: 'intake.records.standard', code: 'ok' }),
      event({ stage: 'validator.records.pii', code: 'ok' }),
      event({ stage: 'ocr-router.pii', code: 'extracted' }),
    ];
    expect(missingSteps(outcome({ stage: 'ocr-router.pii', lane: 'pii', state: 'extracted', attempts: 1 }), raised)).toEqual([]);
  });

  it('asks of an attachment of a grant for the stages that it passed, not for those of a record', () => {
    const unit = { kind: 'record', tenant: 'example', digest: 'a'.repeat(64), receivedAt: '', ids: { repository: ATTACHMENT_REPOSITORY } } as const;
    const extracted = outcome({ stage: 'ocr-router.standard', state: 'extracted', attempts: 1, unit });
    const steps = [event({ stage: 'ocr-router.standard', code: 'extracted' })];
    expect(missingSteps(extracted, steps)).toEqual([]);
    expect(missingSteps({ ...extracted, unit: { ...unit, ids: { repository: 'repository' } } }, steps)).toHaveLength(2);
    const raised = outcome({ stage: 'ocr-router.pii', lane: 'pii', state: 'quarantined', code: 'DOCKET_DOCUMENT_CORRUPT', attempts: 1, unit });
    const end = event({ stage: 'ocr-router.pii', step: 'quarantined', code: 'DOCKET_DOCUMENT_CORRUPT' });
    expect(missingSteps(raised, [event({ stage: 'ocr-router.standard', code: 'lane-raised' }), end])).toEqual([]);
    expect(missingSteps(raised, [end])).toEqual(['ocr-router.standard: completed']);
  });

  it('asks of a stage beside the catalogue for its own steps alone', () => {
    const rejected = outcome({ stage: 'letters', state: 'rejected', code: 'DOCKET_LETTER_ABOUT' });
    const steps = [
      event({ stage: 'letters', step: 'retried', code: 'DOCKET_X' }),
      event({ stage: 'letters', step: 'rejected', code: 'DOCKET_LETTER_ABOUT', attempt: 2 }),
    ];
    expect(missingSteps(rejected, steps)).toEqual([]);
    expect(missingSteps(rejected, trail)).toEqual(['letters: DOCKET_LETTER_ABOUT at attempt 2', 'letters: retry after attempt 1']);
  });
});
