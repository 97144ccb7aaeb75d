import { currencies, publishDate } from 'fresh-currency-codes';

/** Codes of ISO 4217 that name a fund or a unit of account: nobody is paid in them. */
const FUND_CODES: ReadonlySet<string> = new Set(['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'XAD']);

/** Version of the registry: the publication date of the ISO 4217 list it was made from. */
export const CURRENCY_REGISTRY_VERSION: string = publishDate;

const MINOR_UNITS: ReadonlyMap<string, number> = new Map(
  currencies({ includeDeprecated: false })
    .filter(({ code, digits }) => typeof digits === 'number' && !FUND_CODES.has(code))
    .map(({ code, digits }) => [code, Number(digits)]),
);

/** Decimals of an active, spendable currency; undefined for any other code. */
export function minorUnits(code: unknown): number | undefined {
  return typeof code === 'string' ? MINOR_UNITS.get(code) : undefined;
}

export function spendableCurrencies(): string[] {
  return [...MINOR_UNITS.keys()];
}

const DECIMAL = /^(0|[1-9]\d{0,17})(\.(\d{1,6}))?$/;

/** Decimals of a plain decimal string (no sign, exponent or grouping), or undefined where it is none. */
export function decimalsOf(amount: string): number | undefined {
  const match = DECIMAL.exec(amount);
  return match ? (match[3]?.length ?? 0) : undefined;
}

/** True for a decimal string above zero that the currency's minor units can express. */
export function isPayable(amount: string, decimals: number): boolean {
  const given = decimalsOf(amount);
  return given !== undefined && given <= decimals && /[1-9]/.test(amount);
}
