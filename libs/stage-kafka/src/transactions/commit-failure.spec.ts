import { DocketError } from '@docket/contracts';
import { expect, it } from 'vitest';
import { commitFailure } from './commit-failure.js';
import { RefusedError } from './refused-error.js';

it.each([47, 90])('a producer refused with %i was fenced', (code) => {
  expect(commitFailure(new RefusedError('EndTxn', code))).toMatchObject({ code: 'DOCKET_FENCED', retriable: true });
});

it('pitfall 26: after anything else the outcome is unknown', () => {
  for (const cause of [new RefusedError('EndTxn', 16), new Error('closed')]) {
    expect(commitFailure(cause)).toMatchObject({ code: 'DOCKET_COMMIT', retriable: true, cause });
  }
});

it.each([10, 18, 29, 30, 31, 35, 53])('a broker that refuses with %i will never take it', (code) => {
  const cause = new RefusedError('AddOffsetsToTxn', code);
  expect(commitFailure(cause)).toMatchObject({ code: 'DOCKET_COMMIT_REFUSED', kind: 'critical', cause });
});

it('what is critical already stays what it is; another error of ours leaves the outcome unknown', () => {
  const critical = new DocketError('DOCKET_RECORD_TOO_LARGE', 'larger than the topic takes');
  expect(commitFailure(critical)).toBe(critical);
  const passing = new DocketError('DOCKET_ANY', 'may pass', { kind: 'retriable' });
  expect(commitFailure(passing)).toMatchObject({ code: 'DOCKET_COMMIT', kind: 'retriable', cause: passing });
});
