import { describe, expect, it } from 'vitest';
import { connectionFailure, failureOf } from './funder-failure.js';

const PLACE = { funder: 'funder-a', step: 'start' };
const failure = (status: number, text = '', headers = {}) => failureOf({ status, headers, text }, PLACE, 0);
const errors = (...fields: string[]) => JSON.stringify({ status: 422, message: 'm', errors: fields.map((field) => ({ field, message: 'm' })) });

describe('failureOf', () => {
  it.each([
    [429, 'DOCKET_FUNDER_THROTTLED', 'throttled'],
    [500, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [503, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [507, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [408, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [409, 'DOCKET_FUNDER_UNAVAILABLE', 'retriable'],
    [401, 'DOCKET_FUNDER_CREDENTIALS', 'throttled'],
    [403, 'DOCKET_FUNDER_CREDENTIALS', 'throttled'],
    [400, 'DOCKET_FUNDER_REFUSED', 'invalid'],
    [413, 'DOCKET_FUNDER_REFUSED', 'invalid'],
    [422, 'DOCKET_FUNDER_CONFLICT', 'conflict'],
    [301, 'DOCKET_FUNDER_ENDPOINT', 'retriable'],
    [404, 'DOCKET_FUNDER_ENDPOINT', 'retriable'],
    [405, 'DOCKET_FUNDER_ENDPOINT', 'retriable'],
    [204, 'DOCKET_FUNDER_ANSWER', 'retriable'],
  ])('%i is %s', (status, code, kind) => {
    expect(failure(status)).toMatchObject({ code, kind });
  });

  it('takes a 422 that blames fields of the body for a refusal, one that blames the key for a conflict', () => {
    expect(failure(422, errors('applicant.name')).kind).toBe('invalid');
    expect(failure(422, errors('Idempotency-Key')).kind).toBe('conflict');
    expect(failure(422, errors('applicant.name', 'idempotency-key')).kind).toBe('conflict');
    expect(failure(422, '<html>').kind).toBe('conflict');
  });

  it('carries the wait that the funder asks for', () => {
    expect(failure(429, '', { 'retry-after': '7' }).retryAfterMs).toBe(7000);
    expect(failure(503, '', { 'retry-after': '7' }).retryAfterMs).toBe(7000);
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
    const error = connectionFailure(cause, PLACE, ended);
    expect(error).toMatchObject({ code, kind: 'retriable', cause });
    expect(error.message).not.toContain('quotes');
  });
});
