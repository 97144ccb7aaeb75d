import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isComplete, publish, stagingFolder } from './jar-folder.js';

describe('the cache of jars', () => {
  let cache: string;
  let folder: string;
  let pom: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'jars-'));
    folder = join(cache, 'kafka');
    pom = join(cache, 'pom.xml');
    writeFileSync(pom, '<project/>');
  });
  afterEach(() => rmSync(cache, { recursive: true }));

  const fill = (text = 'jar') => {
    const staging = stagingFolder(folder, Date.now());
    writeFileSync(join(staging, 'a.jar'), text);
    return staging;
  };

  it('is whole once published, and only as long as every jar has its size', () => {
    expect(isComplete(folder, pom)).toBe(false);
    publish(fill(), folder, pom);
    expect(isComplete(folder, pom)).toBe(true);
    truncateSync(join(folder, 'a.jar'), 1);
    expect(isComplete(folder, pom)).toBe(false);
    unlinkSync(join(folder, 'a.jar'));
    expect(isComplete(folder, pom)).toBe(false);
  });

  it('is not whole for another pom.xml', () => {
    publish(fill(), folder, pom);
    writeFileSync(pom, '<project><version>2</version></project>');
    expect(isComplete(folder, pom)).toBe(false);
  });

  it('replaces a folder that is broken or of another pom.xml', () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'half.jar'), '');
    publish(fill('new'), folder, pom);
    expect(isComplete(folder, pom)).toBe(true);
    expect(existsSync(join(folder, 'half.jar'))).toBe(false);
  });

  it('keeps what another process finished first, and leaves no staging folder', () => {
    const mine = fill('mine');
    publish(fill('theirs'), folder, pom);
    publish(mine, folder, pom);
    expect(readFileSync(join(folder, 'a.jar'), 'utf8')).toBe('theirs');
    expect(readdirSync(cache).sort()).toEqual(['kafka', 'pom.xml']);
  });

  it('removes what a killed process left an hour ago, not what another one is filling', () => {
    const left = fill();
    expect(existsSync(stagingFolder(folder, Date.now() + 3_000_000))).toBe(true);
    expect(existsSync(left)).toBe(true);
    stagingFolder(folder, Date.now() + 3_700_000);
    expect(existsSync(left)).toBe(false);
  });
});
