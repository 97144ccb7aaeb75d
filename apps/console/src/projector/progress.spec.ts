import { AUDIT_STEPS, LANES, stagesOf } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { kindOf, progressOf, RANK, intakeOf } from './progress.js';

describe('progress', () => {
  it('has a place between repeats and outcomes for every step of every stage', () => {
    for (const { name } of stagesOf(LANES)) {
      for (const step of AUDIT_STEPS) {
        const { rank } = progressOf(name, step, 'ok');
        const aside = step === 'duplicate' || step === 'conflict';
        expect(aside ? rank === RANK.aside : rank >= RANK.open && rank < RANK.asideOutcome).toBe(true);
      }
    }
  });

  it('rises along the way of a unit', () => {
    for (const { path } of stagesOf(LANES)) {
      const ranks = path.flatMap((stage) => [progressOf(stage, 'retried', 'DOCKET_X').rank, progressOf(stage, 'completed', 'ok').rank]);
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
      expect(new Set(ranks).size).toBe(ranks.length);
    }
  });

  it('tells a hand-over from an end', () => {
    expect(progressOf('validator.records.standard', 'completed', 'lane-raised').state).toBe('processing');
    expect(progressOf('ocr-router.pii', 'completed', 'extracted').state).toBe('closing');
    expect(progressOf('executor', 'parked', 'DOCKET_FUNDER_IN_DOUBT').state).toBe('closing');
  });

  it('knows the kind of each stage, and that deadlines handle no unit', () => {
    expect(kindOf('executor')).toBe('grant');
    expect(kindOf('ocr-router.classified')).toBe('record');
    expect(kindOf('deadlines')).toBeUndefined();
    expect(kindOf('unheard-of')).toBeUndefined();
  });

  it('knows the front door of work units, whoever else writes them', () => {
    expect(intakeOf('records.pii.work-units')?.name).toBe('intake.records.pii');
    expect(intakeOf('nothing')).toBeUndefined();
  });
});
