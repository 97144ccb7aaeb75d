import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockFolder } from './folder-lock.js';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'docket-lock-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('the lock of a database folder', () => {
  it('keeps out another process that lives', () => {
    writeFileSync(join(folder, 'lock'), String(process.ppid));
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'DOCKET_DATABASE_IN_USE' }) as Error);
  });

  it.each(['', 'no number', '-1', '99999999'])('takes over what a killed process left (%j)', (content) => {
    writeFileSync(join(folder, 'lock'), content);
    const unlock = lockFolder(folder);
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
    unlock();
    lockFolder(folder)();
  });

  it('takes over its own: process ids in containers repeat', () => {
    lockFolder(folder);
    lockFolder(folder)();
  });

  it('says which setting names a folder that cannot be written', () => {
    expect(() => lockFolder(join(folder, 'missing'))).toThrow(/DOCKET_DATA_DIR/);
  });
});
