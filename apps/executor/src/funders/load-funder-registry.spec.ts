import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { loadFunderRegistry } from './load-funder-registry.js';

const EXAMPLE = join(import.meta.dirname, 'funders.example.yaml');
const KEYS = { FUNDER_STEADY_API_KEY: 'key-of-steady', FUNDER_THROTTLING_API_KEY: 'key-of-throttling', FUNDER_RECOVERING_API_KEY: 'key-of-recovering' };
const IDS = 'competitionId: 3c9e1f7e-2b6a-4f0e-9a53-4a8f1d6b7c21, formId: 9d4b7a10-5c1e-4b52-8f57-0e6a2c9d1f33';

const folder = mkdtempSync(join(tmpdir(), 'registry-'));
afterAll(() => { rmSync(folder, { recursive: true }); });

function file(text: string): string {
  const path = join(folder, 'funders.yaml');
  writeFileSync(path, text);
  return path;
}

function problems(text: string, env = {}): string {
  try {
    loadFunderRegistry(file(text), env);
  } catch (error) {
    expect(error).toMatchObject({ code: 'DOCKET_FUNDER_REGISTRY', kind: 'critical' });
    return String(error);
  }
  throw new Error('was accepted');
}

describe('loadFunderRegistry', () => {
  it('reads the example, with defaults', () => {
    const registry = loadFunderRegistry(EXAMPLE, KEYS);
    expect([...registry.keys()]).toEqual(['funder-steady', 'funder-throttling', 'funder-recovering']);
    expect(registry.get('funder-recovering')).toMatchObject({ deadlineMs: 10_000, maxConnections: 4 });
    expect(registry.get('funder-steady')?.apiKey.reveal()).toBe('key-of-steady');
  });

  it('never shows a key', () => {
    const funder = loadFunderRegistry(EXAMPLE, KEYS).get('funder-steady');
    expect([JSON.stringify(funder), inspect(funder, { depth: 9, showHidden: true }), String(funder?.apiKey)].join()).not.toContain('key-of');
  });

  it('reads a key from a file', () => {
    writeFileSync(join(folder, 'key'), 'key-from-file\n');
    const yaml = `funders: [{ id: a, connector: common-grants, baseUrl: "https://grants.example.org/", apiKeyFile: ${join(folder, 'key')}, ${IDS} }]`;
    expect(loadFunderRegistry(file(yaml), {}).get('a')?.apiKey.reveal()).toBe('key-from-file');
  });

  it('tells all problems at once, of the file and of the keys', () => {
    const base = `connector: common-grants, baseUrl: "https://grants.example.org"`;
    const text = problems(
      `funders:
        - { id: a, ${base}, apiKeyEnv: NOT_SET, ${IDS} }
        - { id: a, ${base}, apiKeyEnv: SHORT, ${IDS} }
        - { id: b, ${base}, apiKeyFile: /nowhere/key, ${IDS} }
        - { id: C, connector: soap, baseUrl: "ftp://grants.example.org", apiKeyEnv: DOCKET_KEY, formId: sf-424, deadlineMs: 1 }
        - { id: d, ${base}, apiKey: some-secret-key, ${IDS} }
        - { id: e, connector: common-grants, baseUrl: "https://user:some-secret@grants.example.org/common-grants", apiKeyEnv: GOOD, ${IDS} }`,
      { SHORT: 'short', GOOD: 'key-that-is-good' },
    );
    for (const part of [
      'a: NOT_SET is not set', 'a: the key must be', 'a: two funders have this id', 'b: apiKeyFile cannot be read', 'funders.3.id', 'funders.3.connector',
      'funders.3.baseUrl: an http or https URL', 'funders.3.apiKeyEnv', 'funders.3.competitionId', 'funders.3.formId', 'funders.3.deadlineMs',
      'funders.4: Unrecognized key: "apiKey"', 'funders.5.baseUrl: without user', 'funders.5.baseUrl: without /common-grants',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toMatch(/some-secret|short\b|key-that/);
  });

  it('refuses what is no registry, without quoting it', () => {
    expect(problems('')).toContain('file:');
    expect(problems('funders: []')).toContain('funders:');
    const broken = problems('funders:\n  - id: a\n    apiKey: "some-secret');
    expect(broken).toMatch(/line \d+: not YAML/);
    expect(broken).not.toContain('some-secret');
    expect(() => loadFunderRegistry('/nowhere/funders.yaml', {})).toThrow('cannot be read');
  });
});
