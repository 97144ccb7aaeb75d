import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '@docket/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { EnvFileCredentials, type Env } from '../credentials/env-file-credentials.js';
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

const load = (path: string, env: Env, handlerDeadlineMs = 60_000) =>
  loadFunderRegistry(path, new EnvFileCredentials({ env, clock: systemClock, onStale: () => undefined }), handlerDeadlineMs);

function problems(text: string, env: Env = {}): string {
  try {
    load(file(text), env);
  } catch (error) {
    expect(error).toMatchObject({ code: 'DOCKET_FUNDER_REGISTRY', kind: 'critical' });
    return String(error);
  }
  throw new Error('was accepted');
}

describe('loadFunderRegistry', () => {
  it('reads the example, with defaults', () => {
    const registry = load(EXAMPLE, KEYS);
    expect([...registry.keys()]).toEqual(['funder-steady', 'funder-throttling', 'funder-recovering']);
    expect(registry.get('funder-recovering')).toMatchObject({ deadlineMs: 10_000, maxConnections: 4, limits: { timeZone: 'UTC' }, repeat: 'idempotency-key' });
  });

  it('reads a webhook with all it may have', () => {
    writeFileSync(join(folder, 'key'), 'key-from-file\n');
    const signing = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
    const registry = load(file(`funders:
      - id: hook
        connector: webhook
        url: https://grants.example.org/in?v=2
        auth: { header: Authorization, keyFile: ${join(folder, 'key')} }
        signing: { secretEnv: SIGNING }
        repeat: look-up
        lookUpUrl: https://grants.example.org/in/{reference}
        limits: { concurrency: 2, perSecond: 0.5, burst: 1, perDay: 100, perMonth: 1000, timeZone: America/New_York }`), { SIGNING: signing });
    expect(registry.get('hook')).toMatchObject({ deadlineMs: 5_000, limits: { perSecond: 0.5, timeZone: 'America/New_York' } });
    expect(JSON.stringify([...registry.values()])).not.toMatch(/whsec|key-from-file/);
  });

  it.each([
    ['connector: common-grants, baseUrl: "https://grants.example.org", repeat: idempotency-key, apiKeyEnv: KEY, deadlineMs: 10000, ' + IDS, 50_000],
    ['connector: webhook, url: "https://grants.example.org", repeat: idempotency-key, deadlineMs: 20000', 20_000],
    ['connector: webhook, url: "https://grants.example.org", repeat: look-up, lookUpUrl: "https://grants.example.org/{reference}", deadlineMs: 4000', 8_000],
    ['connector: webhook, url: "https://grants.example.org", repeat: none', 5_000],
  ])('refuses a funder whose submission can outlast the handler: %s', (entry, longest) => {
    const path = file(`funders: [{ id: slow, ${entry} }]`);
    const env = { KEY: 'key-that-is-good' };
    expect(load(path, env, longest + 1).size).toBe(1);
    expect(() => load(path, env, longest)).toThrow(new RegExp(`slow: with deadlineMs \\d+ .* ${longest} ms, .* DOCKET_HANDLER_DEADLINE_MS ${longest}: lower deadlineMs`));
  });

  it('tells all problems at once, of the file and of the keys', () => {
    const base = `connector: common-grants, repeat: none, baseUrl: "https://grants.example.org"`;
    const hook = `connector: webhook, url: "https://grants.example.org"`;
    const text = problems(
      `funders:
        - { id: a, ${base}, apiKeyEnv: NOT_SET, ${IDS} }
        - { id: a, ${base}, apiKeyEnv: SHORT, ${IDS} }
        - { id: b, ${base}, apiKeyFile: /nowhere/key, ${IDS} }
        - { id: C, connector: common-grants, baseUrl: "ftp://grants.example.org", apiKeyEnv: DOCKET_KEY, formId: sf-424, deadlineMs: 1 }
        - { id: d, ${base}, apiKey: some-secret-key, ${IDS} }
        - { id: e, connector: common-grants, repeat: look-up, baseUrl: "https://user:some-secret@grants.example.org/common-grants", apiKeyEnv: GOOD, ${IDS} }
        - { id: f, connector: soap }
        - { id: g, ${base}, apiKeyEnv: GOOD, apiKeyFile: x, ${IDS} }
        - { id: h, ${base}, apiKeyEnv: GOOD, ${IDS}, limits: { burst: 5, timeZone: Mars/Base } }
        - { id: i, ${base}, apiKeyEnv: GOOD, ${IDS}, limits: { perSecond: 1, burst: 2, concurrency: 5 }, deadlineMs: 6001 }
        - { id: j, ${hook}, repeat: look-up }
        - { id: k, ${hook}, repeat: none, lookUpUrl: "https://grants.example.org/{reference}" }
        - { id: l, ${hook}, repeat: look-up, lookUpUrl: "https://elsewhere.example.org/{reference}" }
        - { id: m, ${hook}, repeat: look-up, lookUpUrl: "https://grants.example.org/" }
        - { id: n, ${hook}, auth: { header: Content-Type, keyEnv: GOOD } }
        - { id: o, ${hook}, repeat: none, auth: { header: X-Key }, signing: {} }
        - { id: p, ${hook}, repeat: none, signing: { secretEnv: GOOD } }`,
      { SHORT: 'short', GOOD: 'key-that-is-good' },
    );
    for (const part of [
      'a: NOT_SET is not set', 'a: a credential must be', 'a: two funders have this id', 'b: /nowhere/key cannot be read', 'funders.3.id',
      'funders.3.repeat: say idempotency-key', 'funders.3.baseUrl: an http or https URL', 'funders.3.apiKeyEnv', 'funders.3.competitionId', 'funders.3.formId', 'funders.3.deadlineMs',
      'funders.4: Unrecognized key: "apiKey"', 'funders.5.baseUrl: without user', 'funders.5.baseUrl: without /common-grants',
      'funders.5.repeat: CommonGrants 0.4.0 has no look-up', 'funders.6.connector: connector must be', 'funders.7: name the key in exactly one',
      'funders.8.limits.burst: only with perSecond', 'funders.8.limits.timeZone: a time zone', 'funders.9.limits.concurrency: at most maxConnections, 4', 'funders.9.limits.burst: at least 3', 'funders.9.deadlineMs: at most 6000',
      'funders.10.lookUpUrl: lookUpUrl belongs', 'funders.11.lookUpUrl: lookUpUrl belongs', 'funders.12.lookUpUrl: must have the scheme', 'funders.13.lookUpUrl: an http or https URL that holds',
      'funders.14.auth.header: a header that the connector sets', 'funders.14.repeat: say idempotency-key, look-up or none',
      'funders.15.auth: name the key', 'funders.15.signing: name the secret', 'p: a signing secret must be',
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
    expect(() => load('/nowhere/funders.yaml', {})).toThrow('cannot be read');
  });
});
