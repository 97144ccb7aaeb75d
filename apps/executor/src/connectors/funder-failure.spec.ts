import { describe, expect, it } from 'vitest';
import { connectionFailure, failureOf } from './funder-failure.js';

const PLACE = { funder: 'funder-a', step: 'start' };
const failure = (status: number, headers = {}, isConflict = false) => failureOf({ status, headers, text: '' }, PLACE, 0, isConflict);

describe('failureOf', () => {
  it.each([
    [429, 'DOCKET_FUNDER_THROTTLED', 'throttled'],
    [500, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [503, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [507, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [408, 'DOCKET_FUNDER_BUSY', 'retriable'],
    [409, 'DOCKET_FUNDER_BUSY', 'retriable'],
    [425, 'DOCKET_FUNDER_BUSY', 'retriable'],
    [401, 'DOCKET_FUNDER_CREDENTIALS', 'throttled'],
    [403, 'DOCKET_FUNDER_CREDENTIALS', 'throttled'],
    [400, 'DOCKET_FUNDER_REFUSED', 'invalid'],
    [413, 'DOCKET_FUNDER_REFUSED', 'invalid'],
    [422, 'DOCKET_FUNDER_REFUSED', 'invalid'],
    [301, 'DOCKET_FUNDER_ENDPOINT', 'retriable'],
    [404, 'DOCKET_FUNDER_ENDPOINT', 'retriable'],
    [405, 'DOCKET_FUNDER_ENDPOINT', 'retriable'],
    [204, 'DOCKET_FUNDER_ANSWER', 'retriable'],
  ])('%i is %s', (status, code, kind) => {
    expect(failure(status)).toMatchObject({ code, kind });
  });

  it('takes a 422 for a conflict only where it blames the key', () => {
    expect(failure(422, {}, true)).toMatchObject({ code: 'DOCKET_FUNDER_CONFLICT', kind: 'conflict' });
    expect(failure(400, {}, true).kind).toBe('invalid');
  });

  it.each([
    ['none', [307, 308, 400, 401, 403, 404, 405, 410, 413, 422, 425, 429]],
    // A proxy gives these too when the funder has done its work and the answer was lost; a 303 may confirm a form.
    ['unknown', [200, 204, 301, 302, 303, 408, 409, 500, 502, 503, 504, 507]],
  ] as const)('of an effect: %s, after %j', (effect, statuses) => {
    for (const status of statuses) expect([status, failure(status).effect]).toEqual([status, effect]);
  });

  it('believes no 5xx that nothing was done, also where it says when to come again: a gateway may have sent it', () => {
    for (const status of [500, 502, 503, 504]) expect(failure(status, { 'retry-after': '7' }).effect).toBe('unknown');
  });

  it('carries the wait that the funder asks for', () => {
    expect(failure(429, { 'retry-after': '7' }).retryAfterMs).toBe(7000);
    expect(failure(503, { 'retry-after': '7' }).retryAfterMs).toBe(7000);
    expect(failure(429).retryAfterMs).toBeUndefined();
  });
});

describe('connectionFailure', () => {
  const coded = (code: string) => Object.assign(new Error('quotes input'), { code });
  it.each([
    [coded('ECONNREFUSED'), undefined, 'DOCKET_FUNDER_UNAVAILABLE'],
    [coded('UND_ERR_SOCKET'), undefined, 'DOCKET_FUNDER_UNAVAILABLE'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), undefined, 'DOCKET_FUNDER_TIMEOUT'],
    [coded('UND_ERR_RES_EXCEEDED_MAX_SIZE'), undefined, 'DOCKET_FUNDER_ANSWER'],
    [new Error('aborted'), 'deadline', 'DOCKET_FUNDER_TIMEOUT'],
    [new Error('aborted'), 'caller', 'DOCKET_FUNDER_STOPPED'],
  ] as const)('%s, ended by %s, is %s', (cause, ended, code) => {
    for (const sent of [false, true]) {
      const error = connectionFailure(cause, PLACE, { by: ended, sent });
      // An answer that is too long came from somewhere.
      const effect = sent || code === 'DOCKET_FUNDER_ANSWER' ? 'unknown' : 'none';
      expect(error).toMatchObject({ code, kind: 'retriable', cause, effect });
      expect(error.message).not.toContain('quotes');
    }
  });
});
