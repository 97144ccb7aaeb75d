import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadCurrencyRegistry } from './load-currency-registry.js';

/** A newer registry comes without a new build; one that is not right stops the start, and says where. */
describe('loadCurrencyRegistry', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'docket-currencies-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const path = join(folder, 'currencies.json');
    writeFileSync(path, text);
    return path;
  };

  it('reads a file', () => {
    const registry = { version: '2027-01-01', currencies: [{ code: 'USD', numeric: '840', minorUnits: 2, spendable: true }] };
    expect(loadCurrencyRegistry(file(JSON.stringify(registry)))).toEqual(registry);
  });

  it.each([
    ['is not JSON', '{', 'the body is not strict JSON'],
    ['says a thing twice', '{"version":"2027-01-01","version":"2027-01-01","currencies":[]}', 'duplicate key'],
    ['has a wrong entry', '{"version":"2027-01-01","currencies":[{"code":"usd"}]}', 'currencies[0].code'],
    ['is too large', ' '.repeat(1024 * 1024 + 1), 'larger than'],
  ])('stops at one that %s', (_what, text, problem) => {
    const path = file(text);
    const message = expect.stringContaining(`DOCKET_CURRENCY_FILE ${path}: `) as unknown;
    expect(() => loadCurrencyRegistry(path)).toThrow(expect.objectContaining({ code: 'DOCKET_CURRENCY_FILE', kind: 'critical', message }));
    expect(() => loadCurrencyRegistry(path)).toThrow(problem);
  });

  it('stops at one that is not there', () => {
    expect(() => loadCurrencyRegistry(join(folder, 'none.json'))).toThrow('ENOENT');
  });
});
