/** The check of a run finds what it is there to find: each way in which a grant can go wrong shows, and nothing shows where none did. */
import { describe, expect, it } from 'vitest';
import type { PlannedGrant } from './grant-plan.js';
import { OutcomeBoard } from './outcome-board.js';
import { faultsOf, resultOf } from './result.js';
import type { OneRunResult } from './one-run.js';
import { readOptions } from './options.js';
import type { SubmissionAtFunder } from './simulator-admin.js';
import { isExact, judge } from './verdict.js';

const grant = (index: number, role: PlannedGrant['role'] = 'good', measured = true): PlannedGrant => ({ index, grantId: `GR-${index}`, role, door: 'http', measured });
const GRANTS = [grant(0, 'good', false), grant(1), grant(2, 'failing')];
const funderOf = ({ role }: PlannedGrant) => `funder-${role}`;

const submission = (index: number, over: Partial<SubmissionAtFunder> = {}): SubmissionAtFunder => ({
  funder: index === 2 ? 'funder-failing' : 'funder-good', grantId: `GR-${index}`, receiptId: `receipt-${index}`, repeats: 0, ...over,
});
const outcome = (index: number, over: object = {}) => Buffer.from(JSON.stringify({
  correlationId: `c-${index}`, state: 'submitted', closedAt: `2026-11-02T00:00:0${index}.250Z`,
  unit: { receivedAt: '2026-11-02T00:00:00.000Z', ids: { grantId: `GR-${index}` } }, references: { receiptId: `receipt-${index}` }, ...over,
}));

function judged(submissions: readonly SubmissionAtFunder[], outcomes: readonly (Buffer | null)[]) {
  const board = new OutcomeBoard(GRANTS);
  for (const value of outcomes) board.take(value);
  return judge(GRANTS, submissions, board, funderOf);
}

const SUBMITTED = [0, 1, 2].map((index) => submission(index));
const CLOSED = [0, 1, 2].map((index) => outcome(index));
const NONE = { lost: 0, doubled: 0, otherOutcome: 0, outcomeDoubled: 0, mismatched: 0, unknown: 0 };

describe('judge', () => {
  it('finds nothing wrong with what is right', () => {
    const verdict = judged(SUBMITTED, CLOSED);
    expect(verdict).toEqual({ ...NONE, submittedOnce: 3, examples: [] });
    expect(isExact(verdict, 3)).toBe(true);
  });

  it.each([
    ['lost', SUBMITTED.slice(1), CLOSED, { lost: 1 }],
    ['lost and never closed', SUBMITTED.slice(1), CLOSED.slice(1), { lost: 1, otherOutcome: 1 }],
    ['doubled', [...SUBMITTED, submission(1, { receiptId: 'receipt-other' })], CLOSED, { doubled: 1 }],
    ['closed otherwise', SUBMITTED, [outcome(0, { state: 'dead-lettered', code: 'DOCKET_FUNDER_UNAVAILABLE' }), ...CLOSED.slice(1)], { otherOutcome: 1 }],
    ['closed twice', SUBMITTED, [...CLOSED, outcome(1)], { outcomeDoubled: 1 }],
    ['at another funder', [submission(0, { funder: 'funder-failing' }), ...SUBMITTED.slice(1)], CLOSED, { mismatched: 1 }],
    ['another receipt', SUBMITTED, [outcome(0, { references: { receiptId: 'receipt-9' } }), ...CLOSED.slice(1)], { mismatched: 1 }],
  ])('finds a grant that is %s', (_, submissions, outcomes, found) => {
    const verdict = judged(submissions, outcomes);
    expect(verdict).toMatchObject({ ...NONE, ...found, submittedOnce: 2 });
    expect(verdict.examples).toHaveLength(1);
    expect(isExact(verdict, 3)).toBe(false);
  });

  it.each([
    ['a submission of what was never fed', [...SUBMITTED, submission(9)], CLOSED],
    ['a submission without a grant', [...SUBMITTED, submission(9, { grantId: null })], CLOSED],
    ['an outcome of what was never fed', SUBMITTED, [...CLOSED, outcome(9)]],
    ['what is no outcome', SUBMITTED, [...CLOSED, Buffer.from('{}')]],
    ['an empty record', SUBMITTED, [...CLOSED, null]],
  ])('finds %s', (_, submissions, outcomes) => {
    const verdict = judged(submissions, outcomes);
    expect(verdict).toMatchObject({ ...NONE, submittedOnce: 3, unknown: 1 });
    expect(isExact(verdict, 3)).toBe(false);
  });
});

describe('OutcomeBoard', () => {
  it('takes the time of measured grants alone, by nearest rank', () => {
    const board = new OutcomeBoard(GRANTS);
    for (const value of CLOSED) board.take(value);
    expect(board.latencies()).toMatchObject({ good: { n: 1, p50: 1_250, p99: 1_250 }, failing: { n: 1, max: 2_250 }, throttling: { n: 0, p99: null } });
  });
});

describe('faultsOf', () => {
  const run = (p99: number, defects: string[] = [], lost = 0): OneRunResult => {
    const none = { n: 1, p50: p99, p90: p99, p99, max: p99 };
    return {
      name: 'run', grants: { good: 1, throttling: 1, failing: 1 }, verdict: { ...NONE, lost, submittedOnce: 3 - lost, examples: [] },
      latencyMs: { good: none, throttling: none, failing: none }, funders: { good: undefined, throttling: undefined, failing: undefined },
      kills: 0, retried: {}, seconds: 1, feedSeconds: 1, defects,
    };
  };
  const faults = (calm: number | undefined, killed: number, defects: string[] = [], lost = 0) =>
    faultsOf(resultOf({
      options: readOptions([]), load: { average: 1, cores: 2 }, seconds: 1,
      calm: calm === undefined ? undefined : { alone: run(100), together: run(calm) }, killed: { alone: run(100), together: run(killed, defects, lost) },
    }));

  it('bounds the p99 of the runs without kills, and that of the others where there are none', () => {
    expect(faults(150, 900)).toEqual([]);
    expect(faults(151, 100)).toHaveLength(1);
    expect(faults(undefined, 150)).toEqual([]);
    expect(faults(undefined, 160)).toHaveLength(1);
  });

  it('tells of services that ended by themselves and of grants that went wrong', () => {
    expect(faults(100, 100, ['intake-1 ended by itself (exit code 1)'])).toEqual(['run: intake-1 ended by itself (exit code 1)']);
    expect(faults(100, 100, [], 1)).toEqual(['run: not each grant was submitted exactly once']);
  });
});
