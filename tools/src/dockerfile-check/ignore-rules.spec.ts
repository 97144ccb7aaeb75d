import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readIgnoreRules } from './ignore-rules.js';

describe('readIgnoreRules', () => {
  it.each([
    ['dist', 'dist/a.js', true],
    ['dist', 'apps/dist', false],
    ['**/dist', 'apps/x/dist/a.js', true],
    ['**/dist', 'dist', true],
    ['*.md', 'a.md', true],
    ['*.md', 'docs/a.md', false],
    ['**/*.md', 'docs/a.md', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['/a/', 'a/b', true],
    ['a?.ts', 'ab.ts', true],
    ['a.ts', 'abts', false],
    ['*\n!keep', 'keep/me', false],
    ['*\n!keep\n**/dist', 'keep/dist/x', true],
    ['# a\n\n', '# a', false],
  ])('%j decides on %s: %s', (rules, path, ignored) => {
    expect(readIgnoreRules(rules)(path)).toBe(ignored);
  });

  it('lets through what images are made from, and no secret, test or build output', () => {
    const ignores = readIgnoreRules(readFileSync(join(import.meta.dirname, '../../../.dockerignore'), 'utf8'));
    for (const path of ['package-lock.json', 'tools/package.json', 'libs/testing/package.json', 'libs/stage/src/task.ts', 'apps/console/src/main.ts']) {
      expect(ignores(path), path).toBe(false);
    }
    for (const path of ['.git/config', '.env', 'apps/console/.env.local', 'node_modules/x/package.json', 'libs/stage/src/task.spec.ts', 'libs/stage/dist/task.js', 'libs/testing/src/index.ts', 'tools/src/main.ts', 'samples/custody.json', 'key.pem']) {
      expect(ignores(path), path).toBe(true);
    }
  });
});
