import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrantPayload } from '../grants/grant-payload.dto.js';
import { isCalendarDate } from './constraints.js';
import { isPayable, minorUnits, spendableCurrencies } from './currency.js';

const VALID = {
  grantId: 'GR-1', applicantOrg: 'Example Health', funder: 'funder-steady', requestedAmount: '10.00', currencyCode: 'USD', submissionDeadline: '2027-03-31',
};

function faults(payload: object): number {
  return validateSync(plainToInstance(GrantPayload, payload), { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true }).length;
}

/** The rules of a grant payload that stand by themselves; the samples show each one broken. */
describe('rules', () => {
  it('accepts the least valid grant', () => {
    expect(faults(VALID)).toBe(0);
  });

  it('refuses every field given in any other type: nothing is coerced (SEC-STRICT)', () => {
    const wrong = [7, true, [], {}, ['x'], { a: 1 }, null, ''];
    for (const field of Object.keys(VALID)) {
      for (const value of wrong) expect({ field, value, faults: faults({ ...VALID, [field]: value }) }).toMatchObject({ faults: 1 });
    }
  });

  it('knows the active, spendable currencies and their minor units', () => {
    expect(spendableCurrencies()).toHaveLength(155);
    expect(['HRK', 'ANG', 'BGN', 'CUC', 'SLL', 'ZWL', 'XAU', 'CLF', 'usd', ''].map(minorUnits)).toEqual(Array(10).fill(undefined));
    expect(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'].map(minorUnits)).toEqual(Array(7).fill(3));
    expect(minorUnits('JPY')).toBe(0);
  });

  it('pays amounts above zero that fit the minor units, and no other text', () => {
    expect(isPayable('0.01', 2)).toBe(true);
    for (const text of ['0', '0.00', '-1', '+1', '1e3', '01', '1.', '.5', '1,000', ' 1', '1.234', '٣']) expect({ text, ok: isPayable(text, 2) }).toEqual({ text, ok: false });
    fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 9 }), fc.integer({ min: 0, max: 3 }), (minor, decimals) => {
      expect(isPayable((minor / 10 ** decimals).toFixed(decimals), decimals)).toBe(true);
    }));
  });

  it('knows which dates exist', () => {
    expect(['2028-02-29', '2027-12-31'].every(isCalendarDate)).toBe(true);
    expect(['2027-02-29', '2027-02-30', '2027-13-01', '2027-1-1', '2027-01-01T00:00:00Z', '27-01-01'].some(isCalendarDate)).toBe(false);
  });
});
