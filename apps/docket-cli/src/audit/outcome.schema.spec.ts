import { describe, expect, it } from 'vitest';
import { parseOutcome } from './outcome.schema.js';

const ID = '0d3f8f5e-6a55-5d59-9a0e-4a6f4c3f7f10';
const outcome = { correlationId: ID, batchTraceId: ID, state: 'submitted', lane: 'standard', stage: 'executor', attempts: 1, closedAt: '2026-11-20T12:00:00.000Z' };
const parse = (value: unknown, key: string | null = ID) => parseOutcome(key, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));

describe('an outcome', () => {
  it('is read, with its code and without what the check does not need', () => {
    const read = { correlationId: ID, state: 'submitted', stage: 'executor', attempts: 1 };
    expect(parse({ ...outcome, code: 'DOCKET_X', unit: { kind: 'grant', ids: { grantId: 'GR-1' } }, later: 1 })).toEqual({ ...read, code: 'DOCKET_X', unit: { ids: { grantId: 'GR-1' } } });
    expect(parse(outcome)).toEqual(read);
    expect(parse({ ...outcome, stage: 'letters' })).toEqual({ ...read, stage: 'letters' });
  });

  it.each([
    ['no JSON', 'text'],
    ['no object', '[]'],
    ['no stage', { ...outcome, stage: '' }],
    ['an unknown state', { ...outcome, state: 'lost' }],
    ['no attempt', { ...outcome, attempts: 0 }],
    ['a foreign code', { ...outcome, code: 'E1' }],
  ])('is not read from %s', (_, value) => {
    expect(parse(value)).toBeUndefined();
  });

  it('stands under its own correlation id', () => {
    expect(parse(outcome, 'other')).toBeUndefined();
    expect(parse(outcome, null)).toBeUndefined();
  });
});
