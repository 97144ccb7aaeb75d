import { expect, it } from 'vitest';
import type { Verdict } from '../samples/judge-sample.js';
import type { Sample } from '../samples/sample.schema.js';
import type { SampleResult } from '../samples/watch-outcomes.js';
import { resultTable } from './display.js';

const row = (sample: Partial<Sample>, verdict: Partial<Verdict>): string => {
  const result: SampleResult = {
    sample: { name: 'grant-x', kind: 'grant', door: 'http', lane: 'standard', id: 'x', repeat: 1, headers: {}, file: 'x', expected: 'submitted', why: '', payload: Buffer.alloc(0), ...sample },
    correlationId: 'c', sentAt: 0, replayed: 0,
    unit: { state: 'submitted', references: { pages: 2 }, timeline: [] },
    verdict: { outcome: 'submitted', code: undefined, rules: [], attempts: 1, ms: 812, dropped: 0, knownBefore: false, closed: true, asExpected: true, ...verdict },
  };
  return (resultTable([result]).split('\n')[1] ?? '').replace(/ +/g, ' ');
};

it('tells outcome, attempts, time and what of a document is known', () => {
  expect(row({}, {})).toBe('grant-x submitted 1 812 2 ok');
});

it('gives no time for an outcome that stood before, and says so', () => {
  expect(row({}, { knownBefore: true, ms: undefined })).toBe('grant-x submitted 1 2 ok, known since an earlier run');
});

it('shows a conflict as one, without what belongs to the first unit', () => {
  expect(row({ expected: 'conflict' }, { outcome: 'conflict', code: 'DOCKET_CONFLICT', ms: 90 })).toBe(
    'grant-x conflict DOCKET_CONFLICT 1 90 ok, the first of this id stays submitted');
});

it('tells what was dropped, and what was expected instead', () => {
  expect(row({ repeat: 2 }, { dropped: 1 })).toMatch(/ok, 1 more dropped$/);
  expect(row({ repeat: 2 }, { asExpected: false })).toMatch(/expected submitted, 1 dropped$/);
});
