import 'reflect-metadata';
import { AuditEmitter, type AuditStepInput } from '@docket/audit';
import { canonicalJson, sha256Hex } from '@docket/contracts';
import { createLogger, createMetrics, type Logger } from '@docket/observability';
import type { InputRecord } from '@docket/stage';
import { describe, expect, it, vi } from 'vitest';
import { AuditLogCheck } from './audit-log-check.service.js';

const UNIT = '0d3f8f5e-6a55-5d59-9a0e-4a6f4c3f7f10';
const STEP: AuditStepInput = {
  stage: 'executor', step: 'completed', code: 'submitted', subject: UNIT, digest: 'a'.repeat(64), batchTraceId: UNIT, traceparent: '',
  attempt: 1, input: { topic: 'grants.validated', partition: 0, offset: 5n },
};

function setUp() {
  const metrics = createMetrics('auditor', 'standard', 'test');
  const error = vi.fn<Logger['error']>();
  const log: Logger = { ...createLogger('auditor', 'standard', 'fatal'), error };
  return { metrics, error, check: new AuditLogCheck({ metrics, log, rememberedEvents: 100 }) };
}

let offset = 0n;
const record = (key: string | null, value: Buffer | null): InputRecord => ({
  topic: 'audit.log', partition: 2, offset: offset++, timestamp: 0, key, value, headers: {},
});
const emitter = () => new AuditEmitter('executor', 'standard', 'executor-0');
const event = (step: Partial<AuditStepInput> = {}, now = 0, from = emitter()) => {
  const { key, value } = from.build({ ...STEP, ...step }, now);
  return record(key, value);
};

async function counts(text: Promise<string>): Promise<string[]> {
  return (await text)
    .split('\n')
    .filter((line) => /^docket_audit_(verifications|violations)_total\{/.test(line) && !line.endsWith(' 0'))
    .map((line) => line.replace(/^docket_audit_(\w+)_total\{(.*),component.* (\d+)$/, '$1 $2 $3').replaceAll('"', ''));
}

describe('the check of the audit log', () => {
  it('passes sound events', async () => {
    const { check, metrics, error } = setUp();
    expect(check.check(event())).toBeUndefined();
    expect(await counts(metrics.text())).toEqual([
      'verifications check=key,result=ok 1', 'verifications check=schema,result=ok 1', 'verifications check=identity,result=ok 1',
    ]);
    expect(error).not.toHaveBeenCalled();
  });

  it('passes a step that was done again: other time and sequence, same content', () => {
    const { check } = setUp();
    const from = emitter();
    check.check(event({}, 1, from));
    expect(check.check(event({}, 2, from))).toBeUndefined();
  });

  it('finds the same event id with other content', async () => {
    const { check, metrics } = setUp();
    check.check(event());
    expect(check.check(event({ digest: 'b'.repeat(64) }))).toBe('conflict');
    expect(await counts(metrics.text())).toEqual(expect.arrayContaining(['verifications check=identity,result=violation 1', 'violations kind=conflict 1']));
  });

  it('finds a tombstone, and counts no check behind it', async () => {
    const { check, metrics } = setUp();
    expect(check.check(record('a'.repeat(64), null))).toBe('tombstone');
    expect(await counts(metrics.text())).toEqual(['verifications check=key,result=violation 1', 'violations kind=tombstone 1']);
  });

  it('finds an edited value under the old key', () => {
    const { check } = setUp();
    const sound = event();
    const edited = Buffer.from(String(sound.value).replace('"submitted"', '"rejected"'));
    expect(check.check(record(sound.key, edited))).toBe('key');
  });

  it('finds an edited value under its own hash: the schema or the id gives it away', () => {
    const { check } = setUp();
    const edited = (change: (value: Record<string, unknown>) => void) => {
      const value = JSON.parse(String(event().value)) as Record<string, unknown>;
      change(value);
      const bytes = Buffer.from(canonicalJson(value));
      return record(sha256Hex(bytes), bytes);
    };
    expect(check.check(edited((value) => (value['note'] = 'free text')))).toBe('schema');
    expect(check.check(edited((value) => (value['id'] = 'b'.repeat(64))))).toBe('schema');
  });

  it('logs the place, and nothing of the content', () => {
    const { check, error } = setUp();
    const bad = record('f'.repeat(64), Buffer.from('078-05-1120'));
    check.check(bad);
    expect(error).toHaveBeenCalledExactlyOnceWith('audit violation', {
      topic: 'audit.log', partition: 2, offset: String(bad.offset), code: 'DOCKET_AUDIT_KEY',
    });
  });
});
