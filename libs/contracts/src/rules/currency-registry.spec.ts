import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { CURRENCY_REGISTRY } from './currency-registry.data.js';
import { parseCurrencyRegistry } from './currency-registry.js';
import { currencyRegistryVersion, minorUnits, spendableCurrencies, useCurrencyRegistry } from './currency.js';

const script = (...options: string[]) =>
  spawnSync(process.execPath, [resolve(import.meta.dirname, '../../scripts/update-currencies.mjs'), ...options], { encoding: 'utf8' });

/** The registry is data with a version, made by a script from a package of the lockfile and from nothing else. */
describe('the currency registry that is built in', () => {
  it('is what the script makes of the package: a newer package shows here', () => {
    const { status, stdout } = script('--check');
    expect(stdout).toBe(`nothing changes: version ${CURRENCY_REGISTRY.version}\n`);
    expect(status).toBe(0);
  });

  it('can be written as the file that a running service takes', () => {
    expect(parseCurrencyRegistry(JSON.parse(script('--json').stdout))).toEqual(CURRENCY_REGISTRY);
  });

  it('has 178 active codes, 155 of them spendable, seven with three decimals', () => {
    const { version, currencies } = CURRENCY_REGISTRY;
    expect(version).toBe('2026-01-01');
    expect(currencies).toHaveLength(178);
    expect(currencies.filter(({ spendable }) => spendable)).toHaveLength(155);
    expect(currencies.filter(({ minorUnits: decimals, spendable }) => decimals === 3 && spendable).map(({ code }) => code)).toEqual(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);
    expect(currencies.filter(({ spendable, minorUnits: decimals }) => !spendable && decimals !== null).map(({ code }) => code)).toEqual(
      ['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'XAD'],
    );
  });
});

describe('a registry given from outside', () => {
  afterEach(() => useCurrencyRegistry(CURRENCY_REGISTRY));
  const usd = { code: 'USD', numeric: '840', minorUnits: 2, spendable: true };
  const of = (...currencies: unknown[]) => ({ version: '2027-01-01', currencies });

  it('takes the place of the one that was built in, for every rule', () => {
    useCurrencyRegistry(parseCurrencyRegistry(of(usd, { code: 'QQQ', numeric: '999', minorUnits: 3, spendable: true }, { code: 'XAU', numeric: '959', minorUnits: null, spendable: false })));
    expect(currencyRegistryVersion()).toBe('2027-01-01');
    expect(spendableCurrencies()).toEqual(['USD', 'QQQ']);
    expect(['QQQ', 'XAU', 'EUR'].map(minorUnits)).toEqual([3, undefined, undefined]);
  });

  it.each([
    ['no object', [], 'version must be'],
    ['no version', { currencies: [usd] }, 'version must be the publication date'],
    ['a day that there is not', { version: '2027-02-29', currencies: [usd] }, 'version must be'],
    ['no list', { version: '2027-01-01', currencies: {} }, 'currencies must be a list'],
    ['nothing in it', of(), 'currencies must be a list'],
    ['an unknown member', { ...of(usd), note: 'x' }, '"note" is not known'],
    ['an unknown field', of({ ...usd, name: 'x' }), 'currencies[0]."name" is not known'],
    ['a code in small letters', of({ ...usd, code: 'usd' }), 'currencies[0].code'],
    ['a code twice', of(usd, usd), 'currencies[1].code is there twice'],
    ['a number as numeric code', of({ ...usd, numeric: 840 }), 'currencies[0].numeric'],
    ['decimals as text', of({ ...usd, minorUnits: '2' }), 'currencies[0].minorUnits'],
    ['half a decimal', of({ ...usd, minorUnits: 1.5 }), 'currencies[0].minorUnits'],
    ['too many decimals', of({ ...usd, minorUnits: 7 }), 'currencies[0].minorUnits'],
    ['money without a unit', of({ ...usd, minorUnits: null }), 'currencies[0].spendable must be false'],
    ['a flag as text', of({ ...usd, spendable: 'yes' }), 'currencies[0].spendable'],
    ['nothing to pay in', of({ ...usd, spendable: false }), 'no currency is spendable'],
  ])('is refused with %s', (_what, value, problem) => {
    expect(() => parseCurrencyRegistry(value)).toThrow(expect.objectContaining({ code: 'DOCKET_CURRENCY_FILE', kind: 'critical', message: expect.stringContaining(problem) as unknown }));
  });

  it('tells all problems at once, the first twenty of them', () => {
    let message = '';
    try {
      parseCurrencyRegistry({ version: 'x', currencies: Array.from({ length: 30 }, () => ({})) });
    } catch (error) {
      message = String(error);
    }
    expect(message).toContain('currencies[18].code');
    expect(message).toContain('and 11 more');
  });
});
