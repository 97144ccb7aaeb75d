import { InvalidPayloadError, type Violation } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { parseRecordsRequest } from './records-request.schema.js';

const valid = { requestId: 'FOIA-2026-0001', tenant: 'example-agency', jurisdiction: 'US-CA', receivedOn: '2026-11-20' };

function violations(value: unknown): Pick<Violation, 'rule' | 'path' | 'actualType'>[] {
  try {
    parseRecordsRequest(value);
  } catch (error) {
    if (!(error instanceof InvalidPayloadError)) throw error;
    return error.violations.map(({ rule, path, actualType }) => ({ rule, path, actualType }));
  }
  return [];
}

describe('a records request', () => {
  it('is taken as it is', () => {
    expect(parseRecordsRequest(valid)).toEqual(valid);
  });

  it.each([
    ['a number as id', { ...valid, requestId: 7 }, 'SEC-STRICT', '$.requestId', 'number'],
    ['a blank tenant', { ...valid, tenant: '  ' }, 'DATA-NONNULL', '$.tenant', 'string'],
    ['a null jurisdiction', { ...valid, jurisdiction: null }, 'DATA-NONNULL', '$.jurisdiction', 'null'],
    ['a state in small letters', { ...valid, jurisdiction: 'US-ca' }, 'SEC-STRICT', '$.jurisdiction', 'string'],
    ['a day that does not exist', { ...valid, receivedOn: '2026-02-29' }, 'DATE-ISO8601', '$.receivedOn', 'string'],
    ['an instant for a date', { ...valid, receivedOn: '2026-11-20T00:00:00Z' }, 'DATE-ISO8601', '$.receivedOn', 'string'],
    ['a year out of range', { ...valid, receivedOn: '1926-11-20' }, 'DATE-ISO8601', '$.receivedOn', 'string'],
    ['a member too many', { ...valid, note: 'x' }, 'SEC-STRICT', '$.note', 'string'],
    ['an array', [valid], 'SEC-STRICT', '$', 'array'],
    ['no object', 'text', 'SEC-STRICT', '$', 'string'],
  ])('refuses %s', (_, value, rule, path, actualType) => {
    expect(violations(value)).toEqual([{ rule, path, actualType }]);
  });

  it('tells all violations at once, sorted by path', () => {
    expect(violations({ jurisdiction: 'FR', extra: 1 }).map((entry) => entry.path)).toEqual([
      '$.extra', '$.jurisdiction', '$.receivedOn', '$.requestId', '$.tenant',
    ]);
  });

  it('never repeats a value, and stays small whatever it is given', () => {
    const secret = '078-05-1120';
    const hostile = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`${'k'.repeat(300)}${n}`, secret]));
    try {
      parseRecordsRequest({ ...valid, receivedOn: secret, ...hostile });
      expect.unreachable();
    } catch (error) {
      const text = JSON.stringify((error as InvalidPayloadError).violations);
      expect(text).not.toContain(secret);
      expect(text.length).toBeLessThan(16_000);
    }
  });
});
