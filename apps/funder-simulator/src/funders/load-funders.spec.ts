import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadFunders } from './load-funders.js';

const folder = mkdtempSync(join(tmpdir(), 'funders-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

function file(text: string): string {
  const path = join(folder, 'funders.yaml');
  writeFileSync(path, text);
  return path;
}

function problems(text: string, env = {}): string {
  try {
    loadFunders(file(text), env);
  } catch (error) {
    expect(error).toMatchObject({ code: 'DOCKET_FUNDERS_FILE' });
    return String(error);
  }
  throw new Error('was accepted');
}

describe('loadFunders', () => {
  it('has the three sample funders built in', () => {
    expect(loadFunders(undefined, {}).map(({ spec }) => spec.id)).toEqual(['funder-steady', 'funder-throttling', 'funder-recovering']);
  });

  it('reads keys from the environment and from files', () => {
    const keyFile = join(folder, 'key');
    writeFileSync(keyFile, 'key-from-file\n');
    const yaml = `funders: [{ id: a, apiKeyEnv: FUNDER_A_KEY, monthlyQuota: 2 }, { id: b, apiKeyFile: ${keyFile} }]`;
    const funders = loadFunders(file(yaml), { FUNDER_A_KEY: 'key-from-env' });
    expect(funders.map(({ apiKey }) => apiKey)).toEqual(['key-from-env', 'key-from-file']);
    expect(funders[0]?.spec).toMatchObject({ monthlyQuota: 2, retryAfter: 'seconds', faults: [] });
  });

  it('tells every problem of the file at once', () => {
    const text = problems(
      'funders: [{ id: A, apiKey: some-secret-key }, { id: b }, { id: c, apiKey: some-secret-key, rate: 1, colour: red }, { id: d, apiKeyEnv: D }]',
    );
    expect(text).toContain('d: D is not set');
    expect(text).toContain('funders.0.id');
    expect(text).toContain('funders.1: name the key in exactly one');
    expect(text).toContain('funders.2.rate');
    expect(text).toContain('colour');
    expect(text).not.toContain('some-secret');
  });

  it('tells every missing or bad key at once, never the key', () => {
    const text = problems('funders: [{ id: a, apiKeyEnv: NOT_SET }, { id: b, apiKeyFile: /nowhere/key }, { id: c, apiKey: "with space inside" }]');
    expect(text).toContain('a: NOT_SET is not set');
    expect(text).toContain('b: apiKeyFile cannot be read');
    expect(text).toContain('c: the key must be');
    expect(text).not.toContain('with space');
  });

  it('refuses two funders of one id, broken YAML without quoting it, and a missing file', () => {
    expect(problems('funders: [{ id: a, apiKey: some-secret-key }, { id: a, apiKey: some-secret-key }]')).toContain('two funders have this id');
    const broken = problems('funders:\n  - id: a\n    apiKey: "some-secret');
    expect(broken).toMatch(/line \d+: not YAML/);
    expect(broken).not.toContain('some-secret');
    expect(() => loadFunders('/nowhere/funders.yaml', {})).toThrow('cannot be read');
  });
});
