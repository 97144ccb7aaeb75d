import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ManualClock } from '@docket/contracts';
import { afterAll, describe, expect, it } from 'vitest';
import { EnvFileCredentials } from './env-file-credentials.js';

const folder = mkdtempSync(join(tmpdir(), 'credentials-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A credential is as it stands now, a rotation needs no restart, and nobody but the one who needs it sees it. */
describe('EnvFileCredentials', () => {
  const file = join(folder, 'key');
  const open = () => {
    const clock = new ManualClock();
    const stale: string[] = [];
    return { clock, stale, credentials: new EnvFileCredentials({ env: { KEY: 'key-in-env' }, clock, onStale: (path) => stale.push(path) }) };
  };

  it('learns within a second that a file was replaced, and at once where it is asked to look', () => {
    const { clock, credentials } = open();
    const read = () => credentials.read({ file }).reveal();
    writeFileSync(file, 'key-number-1\n');
    expect(read()).toBe('key-number-1');
    writeFileSync(file, 'key-number-2');
    expect(read()).toBe('key-number-1');
    clock.advance(1_000);
    expect(read()).toBe('key-number-2');
    writeFileSync(file, 'key-number-3');
    expect(credentials.reread({ file }).reveal()).toBe('key-number-3');
    expect(read()).toBe('key-number-3');
    expect(credentials.read({ env: 'KEY' }).reveal()).toBe('key-in-env');
  });

  it('keeps what was good while a file is being replaced, and says so once each time', () => {
    const { clock, stale, credentials } = open();
    writeFileSync(file, 'key-number-1');
    credentials.read({ file });
    for (const bad of ['', 'short', 'two words of it', 'x'.repeat(513)]) {
      writeFileSync(file, bad);
      clock.advance(1_000);
      expect(credentials.read({ file }).reveal()).toBe('key-number-1');
    }
    expect(stale).toEqual([file]);
    writeFileSync(file, 'key-number-2');
    clock.advance(1_000);
    expect(credentials.read({ file }).reveal()).toBe('key-number-2');
    writeFileSync(file, '');
    clock.advance(1_000);
    credentials.read({ file });
    expect(stale).toEqual([file, file]);
  });

  it.each([[{ env: 'NOT_SET' }, 'NOT_SET is not set'], [{ file: '/nowhere/key' }, '/nowhere/key cannot be read']])('says of %j what is wrong', (ref, message) => {
    expect(() => open().credentials.read(ref)).toThrow(expect.objectContaining({ code: 'DOCKET_CREDENTIAL', kind: 'throttled', message }));
  });

  it('never shows a credential', () => {
    const { credentials } = open();
    const secret = credentials.read({ env: 'KEY' });
    expect([JSON.stringify(secret), inspect(secret, { depth: 9, showHidden: true }), String(secret)].join()).not.toContain('key-in');
  });
});
