import { hash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

/** Writes a keys file with one new key, which opens both pipelines of a tenant and is not slowed down, and returns the key. */
export function writeKeysFile(file: string, tenant: string): string {
  const key = `dk_${randomBytes(32).toString('base64url')}`;
  const entry = { id: 'run', hash: hash('sha256', key), tenant, pipelines: ['grants', 'records'] };
  writeFileSync(file, JSON.stringify({ keys: [entry], limits: { default: { perSecond: 1_000_000, burst: 1_000_000 } } }), { mode: 0o600 });
  return key;
}
