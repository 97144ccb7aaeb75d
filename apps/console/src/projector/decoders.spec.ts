import { isDocketError } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { clock, inPartition, outcome, step, T0, uuidOf, workUnit, type Loose } from '../testing/records.js';
import type { Fact } from './fact.js';
import { topicDecoders } from './topics.js';

const decoders = topicDecoders(['standard', 'pii']);

function read(loose: Loose): Fact {
  const [record] = inPartition([loose]);
  const decode = decoders.get(loose.topic);
  if (!record || !decode) throw new Error('no such topic');
  return decode(record);
}

function codeOf(loose: Loose): string {
  try {
    read(loose);
  } catch (error) {
    if (isDocketError(error) && error.kind === 'poison') return error.code;
    throw error;
  }
  return 'read';
}

const tampered = (loose: Loose, change: (value: Record<string, unknown>) => void): Loose => {
  const value = JSON.parse(String(loose.value)) as Record<string, unknown>;
  change(value);
  return { ...loose, value: Buffer.from(JSON.stringify(value)) };
};

describe('topics of a console', () => {
  it('are those of its lanes', () => {
    expect([...decoders.keys()].sort()).toEqual([
      'audit.log', 'deadlines.clocks', 'grants.work-units', 'outcomes', 'records.pii.work-units', 'records.standard.work-units',
    ]);
    expect([...topicDecoders(['classified']).keys()]).toEqual(['classified.outcomes', 'classified.audit.log', 'records.classified.work-units']);
  });
});

describe('a work unit', () => {
  it('gives identifiers and never payload', () => {
    const { unit } = read(workUnit(1, { payload: { grantId: 'GR-1', applicantOrg: 'Example Organisation', requestedAmount: '12.50' } }));
    expect(unit).toMatchObject({ lane: 'standard', description: { ids: { grantId: 'GR-1' }, received: T0 + 1 }, position: { state: 'received', stage: 'intake.grants' } });
    expect(JSON.stringify(unit)).not.toMatch(/Organisation|12\.50/);
  });

  it('keeps what a database refuses out of texts', () => {
    const { unit } = read(workUnit(1, { payload: { grantId: 'a\0b\ud800' } }));
    expect(unit?.description.ids['grantId']).toBe('a\ufffdb\ufffd');
  });

  it.each([['a time that there is not', '2026-13-40T00:00:00.000Z'], ['a time before 1970', '0000-01-01T00:00:00.000Z']])('is left out with %s', (_, receivedAt) => {
    expect(codeOf(workUnit(1, { receivedAt }))).toBe('DOCKET_WORK_UNIT');
  });
});

describe('an outcome', () => {
  it('of an input that could not be read has no description but a place', () => {
    const { unit: descriptor, ...bare } = JSON.parse(String(outcome(1, { state: 'dead-lettered', stage: 'intake.grants' }).value)) as Record<string, unknown>;
    expect(descriptor).toBeDefined();
    const { unit } = read({ topic: 'outcomes', key: uuidOf(1), value: Buffer.from(JSON.stringify(bare)) });
    expect(unit?.description).toMatchObject({ kind: 'grant', tenant: null, digest: null, ids: {}, received: T0 });
  });

  it.each<[string, Loose]>([
    ['no JSON', { ...outcome(1), value: Buffer.from('{') }],
    ['a tombstone', { ...outcome(1), value: null }],
    ['an unknown state', tampered(outcome(1), (value) => (value['state'] = 'lost'))],
    ['attempts beyond a column', tampered(outcome(1), (value) => (value['attempts'] = 2 ** 31))],
    ['a stage beyond an index', tampered(outcome(1), (value) => (value['stage'] = 'x'.repeat(3000)))],
    ['an id that is no UUID', tampered(outcome(1), (value) => (value['correlationId'] = 'GR-1'))],
  ])('is left out where it is %s', (_, loose) => {
    expect(codeOf(loose)).toBe('DOCKET_OUTCOME');
  });

  it('may hold members that this version does not know', () => {
    expect(codeOf(tampered(outcome(1), (value) => (value['later'] = true)))).toBe('read');
  });
});

describe('an audit event', () => {
  it('is a step with the SHA-256 of its bytes', () => {
    const loose = step(1, 'validator.grants', 'rejected', { code: 'DOCKET_RULE_FIN_ISO4217' });
    expect(read(loose).step).toMatchObject({ unit: uuidOf(1), leaf: loose.key, step: 'rejected', status: 'failure', lane: 'standard' });
  });

  it('of a stage without units makes no unit', () => {
    expect(read(step(1, 'deadlines', 'completed'))).not.toHaveProperty('unit');
    expect(read(step(1, 'of-a-later-version', 'completed'))).not.toHaveProperty('unit');
  });

  it('is left out where its key is not its hash, or its bytes were changed', () => {
    const loose = step(1, 'executor', 'completed');
    expect(codeOf({ ...loose, key: 'a'.repeat(64) })).toBe('DOCKET_AUDIT_EVENT');
    expect(codeOf(tampered(loose, (value) => (value['subject'] = uuidOf(2))))).toBe('DOCKET_AUDIT_EVENT');
  });

  it('is left out where a number is beyond a column', () => {
    expect(codeOf(step(1, 'executor', 'retried', { attempt: 2 ** 31 }))).toBe('DOCKET_AUDIT_EVENT');
    expect(codeOf(step(1, 'executor', 'retried', { offset: 2n ** 63n }))).toBe('DOCKET_AUDIT_EVENT');
  });
});

describe('a clock', () => {
  it('is read whole', () => {
    expect(read(clock('FOIA-1')).clock?.clock).toMatchObject({ requestId: 'FOIA-1', dueOn: '2026-03-30' });
  });

  it('is left out with a date that there is not', () => {
    expect(codeOf(clock('FOIA-1', { dueOn: '2026-02-30' }))).toBe('DOCKET_CLOCK');
  });
});
