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
