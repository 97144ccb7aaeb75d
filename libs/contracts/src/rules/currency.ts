import type { CurrencyRegistry } from './currency-registry.js';
import { CURRENCY_REGISTRY } from './currency-registry.data.js';

// One for the process, because the constraints of a DTO are bound to its class and take no arguments.
let current = indexed(CURRENCY_REGISTRY);

/** Puts a newer registry in place of the one that was built in, for the whole process. For a service's start, before it reads anything. */
export function useCurrencyRegistry(registry: CurrencyRegistry): void {
  current = indexed(registry);
}

/** Version of the registry in use: the publication date of the ISO 4217 list it was made from. */
export function currencyRegistryVersion(): string {
  return current.version;
}

/** Decimals of an active, spendable currency; undefined for any other code. */
export function minorUnits(code: unknown): number | undefined {
  return typeof code === 'string' ? current.minorUnits.get(code) : undefined;
}

export function spendableCurrencies(): string[] {
  return [...current.minorUnits.keys()];
}

function indexed({ version, currencies }: CurrencyRegistry) {
  const minorUnits = new Map<string, number>();
  for (const { code, minorUnits: decimals, spendable } of currencies) if (spendable && decimals !== null) minorUnits.set(code, decimals);
  return { version, minorUnits };
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
