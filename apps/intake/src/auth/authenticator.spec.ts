import { mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { newKey, TestIssuer } from '../testing/credentials.js';
import { byCredentials, type Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { CredentialFile, RELOAD_MS } from './credential-file.js';

const clock = new ManualClock();
const log = { error: vi.fn(), info: vi.fn() };
let folder: string;
let path: string;
let file: CredentialFile | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'docket-credentials-'));
  path = join(folder, 'credentials.yaml');
  vi.clearAllMocks();
});
afterEach(() => {
  file?.stop();
  file = undefined;
  rmSync(folder, { recursive: true });
});

async function open(content: object): Promise<Authenticator> {
  writeFileSync(path, JSON.stringify(content));
  file = await CredentialFile.open(path, clock, log as unknown as Logger);
  return byCredentials(file, clock);
}
async function tenant(door: Authenticator, headers: Record<string, string>): Promise<string> {
  try {
    return (await door.authenticate(headers)).tenant;
  } catch (error) {
    return (error as { code: string }).code;
  }
}
const bearer = (credential: string) => ({ authorization: `Bearer ${credential}` });
const REFUSED = 'DOCKET_UNAUTHENTICATED';

/** The tenant comes from the credential alone, and keys are nowhere but with their owner. */
describe('API keys', () => {
  const entry = (hash: string, more = {}) => ({ id: 'one', hash, tenant: 'county', pipelines: ['grants'], ...more });

  it('knows a key in either header, with its tenant and pipelines', async () => {
    const { key, hash } = newKey();
    const door = await open({ keys: [entry(hash)] });
    expect(await tenant(door, bearer(key))).toBe('county');
    expect(await tenant(door, { 'x-api-key': key })).toBe('county');
    const caller = door.authenticate(bearer(key)) as Caller;
    expect([[...caller.pipelines], caller.source]).toEqual([['grants'], '/tenants/county/http']);
  });

  it.each<[string, (key: string) => Record<string, string>]>([
    ['no credential', () => ({})],
    ['another key', () => bearer(newKey().key)],
    ['a key with one character changed', (key) => bearer(`${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`)],
    ['another scheme', (key) => ({ authorization: `Basic ${key}` })],
    ['two credentials', (key) => ({ ...bearer(key), 'x-api-key': key })],
    ['the hash in place of the key', () => bearer('f'.repeat(64))],
    ['an endless credential', () => bearer('a'.repeat(100_000))],
    ['something that is no token', () => bearer('a.b.c')],
  ])('refuses %s', async (_what, headers) => {
    const { key, hash } = newKey();
    expect(await tenant(await open({ keys: [entry(hash)] }), headers(key))).toBe(REFUSED);
  });

  it('compares the whole hash, not only the part by which entries are found', async () => {
    const { key, hash } = newKey();
    const alike = `${hash.slice(0, 32)}${hash.slice(32).replaceAll(/./g, (digit) => (digit === '0' ? '1' : '0'))}`;
    expect(await tenant(await open({ keys: [entry(alike), entry(hash, { id: 'two', tenant: 'city' })] }), bearer(key))).toBe('city');
    expect(await tenant(await open({ keys: [entry(alike)] }), bearer(key))).toBe(REFUSED);
  });

  it('holds to the time of a key', async () => {
    const { key, hash } = newKey();
    const at = clock.now();
    const door = await open({ keys: [entry(hash, { notBefore: new Date(at + 1_000).toISOString(), notAfter: new Date(at + 2_000).toISOString() })] });
    expect(await tenant(door, bearer(key))).toBe(REFUSED);
    clock.advance(1_000);
    expect(await tenant(door, bearer(key))).toBe('county');
    clock.advance(1_000);
    expect(await tenant(door, bearer(key))).toBe(REFUSED);
  });

  it('is rotated without a restart, also where the file is a link that is moved', async () => {
    const [first, second] = [newKey(), newKey()];
    const [a, b, next] = ['a.yaml', 'b.yaml', 'next'].map((name) => join(folder, name)) as [string, string, string];
    writeFileSync(a, JSON.stringify({ keys: [entry(first.hash)] }));
    writeFileSync(b, JSON.stringify({ keys: [entry(second.hash, { tenant: 'city' })] }));
    symlinkSync(a, path);
    file = await CredentialFile.open(path, clock, log as unknown as Logger);
    const door = byCredentials(file, clock);
    expect(await tenant(door, bearer(first.key))).toBe('county');
    symlinkSync(b, next);
    renameSync(next, path);
    clock.advance(RELOAD_MS);
    await vi.waitFor(() => expect(log.info).toHaveBeenCalled());
    expect([await tenant(door, bearer(first.key)), await tenant(door, bearer(second.key))]).toEqual([REFUSED, 'city']);
    // What the tenant sent before may still have to be read.
    expect([door.tenantOfSource('/tenants/county/http'), door.tenantOfSource('/tenants/city/http')]).toEqual(['county', 'city']);
    expect([door.tenantOfSource('/tenants/other/http'), door.tenantOfSource('/tenants/county')]).toEqual([undefined, undefined]);
  });

  it('keeps the keys before a file that cannot be used, says so once, and takes the next that can', async () => {
    const { key, hash } = newKey();
    const door = await open({ keys: [entry(hash)] });
    writeFileSync(path, `keys:\n  - hash: ${'0'.repeat(63)}\n`);
    await file?.reload();
    await file?.reload();
    expect(log.error).toHaveBeenCalledTimes(1);
    // Cut off by a writer that has only begun.
    writeFileSync(path, '');
    await file?.reload();
    expect(log.error).toHaveBeenCalledTimes(2);
    unlinkSync(path);
    await file?.reload();
    expect(log.error).toHaveBeenCalledTimes(3);
    expect(await tenant(door, bearer(key))).toBe('county');
    writeFileSync(path, JSON.stringify({ keys: [entry(hash, { tenant: 'city' })] }));
    await file?.reload();
    expect(await tenant(door, bearer(key))).toBe('city');
  });

  it.each<[string, object, string]>([
    ['no credential at all', {}, 'neither keys nor issuers'],
    ['an unknown member', { keys: [{ ...entry('a'.repeat(64)), secret: 'x' }] }, 'keys.0'],
    ['a key in place of its hash', { keys: [entry(newKey().key)] }, 'SHA-256'],
    ['the same hash twice', { keys: [entry('a'.repeat(64)), entry('a'.repeat(64), { id: 'two' })] }, 'keys.1.hash: there already'],
    ['key sets over plain HTTP', { issuers: [{ issuer: 'i', jwksUrl: 'http://example.org/keys', audience: 'a', tenant: 't', scopes: {} }] }, 'https'],
    ['a shared secret as signature', { issuers: [{ issuer: 'i', jwksUrl: 'https://example.org', audience: 'a', tenant: 't', scopes: {}, algorithms: ['HS256'] }] }, 'algorithms'],
    ['a claim that may name any tenant', { issuers: [{ issuer: 'i', jwksUrl: 'https://example.org', audience: 'a', tenantClaim: 't', scopes: {} }] }, 'tenantClaim and tenants'],
  ])('does not start with %s', async (_what, content, message) => {
    await expect(open(content)).rejects.toThrow(message);
  });
});

/** Tokens are taken from issuers that are named, for the audience and the tenants that are named, and only signed. */
describe('tokens', () => {
  let issuer: TestIssuer;
  const now = () => Math.floor(clock.now() / 1000);
  beforeEach(async () => (issuer = await new TestIssuer().start()));
  afterEach(() => issuer.stop());
  const entry = (more: object) => ({ issuers: [{ issuer: issuer.url, jwksUrl: `${issuer.url}/keys`, audience: 'docket', scopes: { 'grants:write': 'grants', 'records:write': 'records' }, ...more }] });
  const byClaim = { tenantClaim: 'org', tenants: ['county', 'city'] };

  it('takes the tenant from the claim and the pipelines from the scopes, and fetches the keys once', async () => {
    const door = await open(entry(byClaim));
    const caller = await door.authenticate(bearer(await issuer.token({ org: 'city', scope: 'openid grants:write' }, now() + 60)));
    expect([caller.tenant, [...caller.pipelines]]).toEqual(['city', ['grants']]);
    const other = await door.authenticate(bearer(await issuer.token({ org: 'county', scp: ['records:write'] }, now() + 60)));
    expect([other.tenant, [...other.pipelines]]).toEqual(['county', ['records']]);
    expect(issuer.asked).toBe(1);
    writeFileSync(path, `${JSON.stringify(entry(byClaim))}\n`);
    await file?.reload();
    expect(await tenant(door, bearer(await issuer.token({ org: 'city' }, now() + 60)))).toBe('city');
    expect(issuer.asked).toBe(1);
  });

  it('takes one tenant for the whole issuer', async () => {
    expect(await tenant(await open(entry({ tenant: 'county' })), bearer(await issuer.token({ org: 'city' }, now() + 60)))).toBe('county');
  });

  it.each<[string, (given: TestIssuer) => Promise<string>]>([
    ['expired', (given) => given.token({ org: 'city' }, now() - 31)],
    ['without an end', (given) => given.token({ org: 'city' }, undefined)],
    ['for another audience', (given) => given.token({ org: 'city' }, now() + 60, { audience: 'other' })],
    ['of another issuer', (given) => given.token({ org: 'city' }, now() + 60, { issuer: 'https://other' })],
    ['of a tenant that the issuer may not name', (given) => given.token({ org: 'state' }, now() + 60)],
    ['whose tenant is no text', (given) => given.token({ org: 7 }, now() + 60)],
    ['without a tenant', (given) => given.token({}, now() + 60)],
    ['without a signature', async (given) => {
      const [, payload = ''] = (await given.token({ org: 'city' }, now() + 60)).split('.');
      return `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload}.`;
    }],
    ['with another payload under the signature', async (given) => {
      const [head = '', , signature = ''] = (await given.token({ org: 'city' }, now() + 60)).split('.');
      const payload = JSON.stringify({ iss: given.url, aud: 'docket', exp: now() + 60, org: 'county' });
      return `${head}.${Buffer.from(payload).toString('base64url')}.${signature}`;
    }],
  ])('refuses a token %s', async (_what, make) => {
    expect(await tenant(await open(entry(byClaim)), bearer(await make(issuer)))).toBe(REFUSED);
  });

  it('says that the issuer cannot be reached, which is not the fault of the token', async () => {
    issuer.up = false;
    expect(await tenant(await open(entry(byClaim)), bearer(await issuer.token({ org: 'city' }, now() + 60)))).toBe('DOCKET_ISSUER');
  });

  it('reads no more of a key set than any issuer needs', async () => {
    issuer.padding = 2_000_000;
    expect(await tenant(await open(entry(byClaim)), bearer(await issuer.token({ org: 'city' }, now() + 60)))).toBe('DOCKET_ISSUER');
  });
});
