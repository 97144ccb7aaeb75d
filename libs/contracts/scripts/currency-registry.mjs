/** Codes of ISO 4217 that name a fund or a unit of account: nobody is paid in them. */
const FUND_CODES = new Set(['BOV', 'CHE', 'CHW', 'CLF', 'COU', 'MXV', 'USN', 'UYI', 'UYW', 'XAD']);

/** The registry that a package of the shape of fresh-currency-codes makes: every active code, in order. */
export async function registryFrom(name) {
  const { currencies, publishDate } = await import(name);
  return {
    version: publishDate,
    currencies: currencies({ includeDeprecated: false })
      .map(({ code, number, digits }) => ({
        code, numeric: number, minorUnits: typeof digits === 'number' ? digits : null, spendable: typeof digits === 'number' && !FUND_CODES.has(code),
      }))
      .sort((a, b) => (a.code < b.code ? -1 : 1)),
  };
}

/** The registry as the TypeScript file that the library is built with: one line a currency, so that a change reads well in a diff. */
export function registryModule({ version, currencies }) {
  const lines = currencies.map(({ code, numeric, minorUnits, spendable }) =>
    `    { code: '${code}', numeric: '${numeric}', minorUnits: ${minorUnits}, spendable: ${spendable} },`);
  return [
    "import type { CurrencyRegistry } from './currency-registry.js';",
    '',
    '// Made by libs/contracts/scripts/update-currencies.mjs from fresh-currency-codes (MIT, Copyright (c) Arnaud de Surirey), which is made from',
    '// the ISO 4217 list one of the maintenance agency. Do not edit: change the package and run the script.',
    'export const CURRENCY_REGISTRY: CurrencyRegistry = {',
    `  version: '${version}',`,
    '  currencies: [',
    ...lines,
    '  ],',
    '};',
    '',
  ].join('\n');
}
