import { readFileSync } from 'node:fs';
import { DocketError, isDocketError, parseCurrencyRegistry, parseStrictJson, type CurrencyRegistry } from '@docket/contracts';

/** More no list of currencies takes; the one that is built in takes 16 KiB. */
const MOST_BYTES = 1024 * 1024;

/** Reads a currency registry from a JSON file. Throws DOCKET_CURRENCY_FILE (critical), naming the file and every problem. */
export function loadCurrencyRegistry(path: string): CurrencyRegistry {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MOST_BYTES) throw new DocketError('DOCKET_CURRENCY_FILE', `it is larger than ${MOST_BYTES} bytes`, { kind: 'critical' });
    return parseCurrencyRegistry(parseStrictJson(bytes));
  } catch (cause) {
    const why = isDocketError(cause) ? cause.message : cause instanceof Error ? cause.message : 'it cannot be read';
    throw new DocketError('DOCKET_CURRENCY_FILE', `DOCKET_CURRENCY_FILE ${path}: ${why}`, { kind: 'critical', cause });
  }
}
