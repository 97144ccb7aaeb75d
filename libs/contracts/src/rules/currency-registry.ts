import { DocketError } from '../errors.js';
import { isCalendarDate } from './constraints.js';

export interface Currency {
  /** Alphabetic code of ISO 4217. */
  readonly code: string;
  /** Numeric code, three digits. */
  readonly numeric: string;
  /** Decimals of its minor unit; null where it has none, as gold. */
  readonly minorUnits: number | null;
  /** False for funds, units of account, metals and test codes: nobody is paid in them. */
  readonly spendable: boolean;
}

/** The active currencies of one publication of ISO 4217. */
export interface CurrencyRegistry {
  /** Publication date of the list, YYYY-MM-DD. */
  readonly version: string;
  readonly currencies: readonly Currency[];
}

/** More decimals no amount may have. */
const MOST_MINOR_UNITS = 6;
const FIELDS: ReadonlySet<string> = new Set(['code', 'numeric', 'minorUnits', 'spendable']);
const MOST_LISTED = 20;

/**
 * Reads a registry that was given from outside, e.g. by DOCKET_CURRENCY_FILE. Throws DOCKET_CURRENCY_FILE (kind `critical`)
 * with every problem: what is missing, unknown, of another form, or there twice.
 */
export function parseCurrencyRegistry(value: unknown): CurrencyRegistry {
  const problems: string[] = [];
  const registry = asObject(value);
  for (const name of Object.keys(registry)) if (name !== 'version' && name !== 'currencies') problems.push(`${quoted(name)} is not known`);
  const { version, currencies } = registry;
  if (typeof version !== 'string' || !isCalendarDate(version)) problems.push('version must be the publication date of the list, as YYYY-MM-DD');
  const found: Currency[] = [];
  const seen = new Set<string>();
  if (!Array.isArray(currencies) || currencies.length === 0) problems.push('currencies must be a list that is not empty');
  else {
    for (const [at, entry] of (currencies as unknown[]).entries()) {
      const problem = faultOf(entry, seen);
      if (problem) problems.push(`currencies[${at}]${problem}`);
      else found.push(entry as Currency);
    }
    if (problems.length === 0 && !found.some(({ spendable }) => spendable)) problems.push('no currency is spendable');
  }
  if (problems.length > 0 || typeof version !== 'string') {
    const more = problems.length > MOST_LISTED ? `; and ${problems.length - MOST_LISTED} more` : '';
    throw new DocketError('DOCKET_CURRENCY_FILE', `the currency registry cannot be used: ${problems.slice(0, MOST_LISTED).join('; ')}${more}`, { kind: 'critical' });
  }
  return { version, currencies: found.map(({ code, numeric, minorUnits, spendable }) => ({ code, numeric, minorUnits, spendable })) };
}

function faultOf(entry: unknown, seen: Set<string>): string | undefined {
  const { code, numeric, minorUnits, spendable, ...others } = asObject(entry);
  const [unknown] = Object.keys(others).filter((name) => !FIELDS.has(name));
  if (unknown !== undefined) return `.${quoted(unknown)} is not known`;
  if (typeof code !== 'string' || !/^[A-Z]{3}$/.test(code)) return '.code must be three capital letters';
  if (seen.has(code)) return '.code is there twice';
  seen.add(code);
  if (typeof numeric !== 'string' || !/^\d{3}$/.test(numeric)) return '.numeric must be a string of three digits';
  const decimals = typeof minorUnits === 'number' && Number.isInteger(minorUnits) && minorUnits >= 0 && minorUnits <= MOST_MINOR_UNITS;
  if (minorUnits !== null && !decimals) return `.minorUnits must be a whole number from 0 to ${MOST_MINOR_UNITS}, or null`;
  if (typeof spendable !== 'boolean') return '.spendable must be true or false';
  return spendable && minorUnits === null ? '.spendable must be false where minorUnits is null' : undefined;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 40));
}
