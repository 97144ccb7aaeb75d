import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inPartition, outcome, step, workUnit, type Loose } from '../testing/records.js';
import type { UnitFact } from './fact.js';
import { mergeUnits } from './merge.js';
import { topicDecoders } from './topics.js';

const decoders = topicDecoders(['standard', 'pii']);

function factsOf(...records: readonly Loose[]): UnitFact[] {
  return inPartition(records).map((record) => {
    const unit = decoders.get(record.topic)?.(record).unit;
    if (!unit) throw new Error('no unit in this record');
    return unit;
  });
}

const merged = (...records: readonly Loose[]) => factsOf(...records).reduce(mergeUnits);

describe('what facts of a unit say together', () => {
  it('is the same in any order, grouping and repetition', () => {
    const facts = factsOf(
      workUnit(1),
      step(1, 'intake.grants', 'completed'),
      workUnit(1, { digest: '9'.repeat(64), receivedAt: '2026-03-02T10:00:00.000Z' }),
      step(1, 'validator.grants', 'conflict', { code: 'DOCKET_CONFLICT' }),
      step(1, 'validator.grants', 'retried', { code: 'DOCKET_UNEXPECTED' }),
      step(1, 'validator.grants', 'completed', { attempt: 2 }),
      outcome(1, { state: 'dead-lettered', code: 'DOCKET_UNEXPECTED', attempts: 6 }),
      step(1, 'executor', 'completed', { code: 'submitted' }),
      outcome(1),
      outcome(1, { state: 'duplicate' }),
    );
    const expected = facts.reduce(mergeUnits);
    const some = fc.array(fc.constantFrom(...facts), { maxLength: 30 });
    fc.assert(
      fc.property(some, some, (left, right) => {
        const join = (list: readonly UnitFact[]) => list.reduce(mergeUnits);
        expect(mergeUnits(join([...left, ...facts]), join([...facts.toReversed(), ...right]))).toEqual(expected);
      }),
    );
    expect(expected.position.state).toBe('submitted');
    expect(expected.description.digest).toMatch(/^0+1$/);
  });

  it('lets an outcome stand above every step, and the newest outcome above older ones', () => {
    expect(merged(outcome(1), step(1, 'executor', 'retried')).position.state).toBe('submitted');
    expect(merged(outcome(1, { state: 'dead-lettered' }), outcome(1)).position.state).toBe('submitted');
    expect(merged(outcome(1), outcome(1, { state: 'dead-lettered' })).position.state).toBe('dead-lettered');
  });

  it.each(['duplicate', 'conflict'] as const)('keeps the first outcome when a %s comes later', (state) => {
    expect(merged(outcome(1), outcome(1, { state })).position.state).toBe('submitted');
    expect(merged(outcome(1, { state }), outcome(1)).position.state).toBe('submitted');
    expect(merged(workUnit(1), outcome(1, { state })).position.state).toBe(state);
    expect(merged(outcome(1), step(1, 'validator.grants', state)).position.state).toBe('submitted');
  });

  it('describes the unit that came first, whatever a later one of its id says', () => {
    const later = workUnit(1, { tenant: 'example-other', receivedAt: '2026-03-02T09:30:00.000Z' });
    expect(merged(later, workUnit(1)).description.tenant).toBe('example-tenant');
    const sameMoment = workUnit(1, { digest: 'f'.repeat(64) });
    expect(merged(workUnit(1), sameMoment).description.digest).not.toMatch(/f/);
  });

  it('follows the way through the stages, not the time', () => {
    const states = (...records: Loose[]) => merged(...records).position;
    expect(states(step(1, 'validator.grants', 'completed'), workUnit(1))).toMatchObject({ state: 'validated', stage: 'validator.grants' });
    expect(states(workUnit(1), step(1, 'validator.grants', 'retried', { code: 'DOCKET_X' }))).toMatchObject({ state: 'retrying', code: 'DOCKET_X' });
    expect(states(step(1, 'executor', 'throttled'), step(1, 'validator.grants', 'completed')).state).toBe('throttled');
    expect(states(step(1, 'executor', 'completed', { code: 'submitted' }))).toMatchObject({ state: 'closing', code: null });
  });

  it('raises a unit to the stricter lane and never lowers it', () => {
    const standard = step(1, 'ocr-router.standard', 'completed');
    const pii = step(1, 'intake.records.pii', 'completed', { lane: 'pii' });
    expect(merged(pii, standard)).toMatchObject({ lane: 'pii', position: { stage: 'intake.records.pii', state: 'received' } });
    expect(merged(standard).position.state).toBe('processing');
  });
});
