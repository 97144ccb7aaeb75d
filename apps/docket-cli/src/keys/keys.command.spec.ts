import { sha256Hex } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { docket } from '../testing/run-docket.js';

const command = ['keys', 'new', '--id', 'sync', '--tenant', 'county'];

/** The key is shown once; what is kept is its hash. */
describe('docket keys new', () => {
  it('makes a key of 256 bits and the entry that knows it by its hash', async () => {
    const { code, json } = await docket([...command, '--pipelines', 'grants', '--not-after', '2027-01-31T00:00:00+01:00', '--json']);
    const { key, entry } = json() as { key: string; entry: object };
    expect(code).toBe(0);
    expect(key).toMatch(/^dk_[A-Za-z0-9_-]{43}$/);
    expect(entry).toEqual({ id: 'sync', hash: sha256Hex(key), tenant: 'county', pipelines: ['grants'], notAfter: '2027-01-30T23:00:00.000Z' });
  });

  it('prints the entry as it is pasted, without the key in it', async () => {
    const { out } = await docket(command);
    const [key = '', ...entry] = out.split('\n');
    expect(entry.join('\n')).toBe(`\nkeys:\n  - id: "sync"\n    hash: "${sha256Hex(key)}"\n    tenant: "county"\n    pipelines: [grants, records]\n`);
  });

  it('never makes the same key twice', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => docket(command)));
    expect(new Set(made.map(({ out }) => out.split('\n')[0])).size).toBe(20);
  });

  it.each([
    ['a tenant in capitals', ['--tenant', 'County']], ['an unknown pipeline', ['--pipelines', 'all']], ['a time without a zone', ['--not-before', '2027-01-01T00:00:00']], ['an id with spaces', ['--id', 'a b']],
  ])('refuses %s', async (_what, more) => {
    const { code, out } = await docket([...command, ...more]);
    expect([code, out]).toEqual([2, '']);
  });
});
