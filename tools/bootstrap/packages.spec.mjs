import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { differingPackage, missingPackages } from './packages.mjs';

describe('missingPackages', () => {
  let root;
  let node;
  const lock = (file, packages) => writeFileSync(join(root, file), JSON.stringify({ packages }));

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'packages-'));
    node = join(root, 'node');
    mkdirSync(join(root, 'node_modules'));
    writeFileSync(node, '');
    lock('package-lock.json', { '': { name: 'top' }, 'node_modules/a': { version: '1.0.0', integrity: 'x' } });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('finds nothing missing where the installed ones are those of the lock file', () => {
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0', integrity: 'x' } });
    expect(missingPackages(root, node)).toBeUndefined();
  });

  it('tells a bare checkout, an interrupted install and a missing Node', () => {
    expect(missingPackages(root, node)).toBe('there are none yet');
    writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages": {');
    expect(missingPackages(root, node)).toBe('there are none yet');
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0', integrity: 'x' } });
    expect(missingPackages(root, join(root, 'nowhere'))).toBe('the pinned Node is missing');
  });

  it('names a package that has changed', () => {
    lock('node_modules/.package-lock.json', { 'node_modules/a': { version: '0.9.0', integrity: 'y' } });
    expect(missingPackages(root, node)).toBe('node_modules/a is not what the lock file asks for');
  });

  it('refuses a checkout without a lock file', () => {
    rmSync(join(root, 'package-lock.json'));
    expect(() => missingPackages(root, node)).toThrow('package-lock.json cannot be read');
  });
});

describe('differingPackage', () => {
  it('lets packages for other platforms be absent', () => {
    expect(differingPackage({ a: { version: '1', optional: true }, b: { version: '1', devOptional: true } }, {})).toBeUndefined();
  });

  it('finds a wanted one that is absent, and one with other contents', () => {
    expect(differingPackage({ a: { version: '1' } }, {})).toBe('a');
    expect(differingPackage({ a: { version: '1', integrity: 'x' } }, { a: { version: '1', integrity: 'y' } })).toBe('a');
  });

  it('ignores what is installed besides', () => {
    expect(differingPackage({}, { a: { version: '1' } })).toBeUndefined();
  });
});
