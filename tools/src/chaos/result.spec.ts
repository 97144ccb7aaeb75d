import { expect, it } from 'vitest';
import { IncidentLog } from './incident-log.js';
import { readOptions } from './options.js';
import { isExact, isSound, resultOf, type Findings } from './result.js';
import { summary } from './summary.js';

const TALLY = { unique: 5_000, lost: 0, duplicated: 0, orderViolations: 0, unknown: 0, examples: [] };

function found(more: Partial<Findings> = {}) {
  return resultOf({
    options: readOptions(['--seed', '1']), tally: TALLY, incidents: new IncidentLog(), fleet: { stands: [], defects: [] }, repeated: 50, seconds: 10,
    load: { average: 1, cores: 2 }, unrecovered: 0, ...more,
  });
}

it('is sound where each unit came out once, all recovered and no worker ended by itself', () => {
  expect(isSound(found())).toBe(true);
  expect(summary(found())).toContain('Each of 5000 units came out once and in order');
});

it.each(['lost', 'duplicated', 'orderViolations', 'unknown'] as const)('is not sound where units are %s', (what) => {
  const result = found({ tally: { ...TALLY, [what]: 1 } });
  expect([isExact(result), isSound(result)]).toEqual([false, false]);
  expect(summary(result)).toContain('NOT each unit came out once and in order');
});

it.each([
  ['a recovery took too long', { unrecovered: 1 }],
  ['a worker ended by itself', { fleet: { stands: [], defects: ['worker-1: exit code 1'] } }],
])('is not sound where %s, though each unit came out once', (_, more) => {
  const result = found(more);
  expect([isExact(result), isSound(result)]).toEqual([true, false]);
  expect(summary(result)).toContain('NOT all recovered by itself');
});
