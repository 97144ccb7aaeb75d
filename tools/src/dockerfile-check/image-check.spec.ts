import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { afterAll, describe, expect, it } from 'vitest';
import type { Image } from './image-build.js';
import { checkImage } from './image-check.js';

const folder = mkdtempSync(join(tmpdir(), 'image-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

const REFUSES = "console.error('bad settings:\\n  - DOCKET_NO_SUCH_SETTING: no such setting'); process.exit(1);";
const options = { env: { PATH: process.env['PATH'] ?? '' }, developmentPackages: ['typescript'] };

let count = 0;
function image(files: Record<string, string>, change: Partial<Image> = {}): Image {
  const root = join(folder, String((count += 1)));
  for (const [path, text] of Object.entries({ 'libs/a/package.json': '{}', ...files })) {
    mkdirSync(dirname(join(root, 'app', path)), { recursive: true });
    writeFileSync(join(root, 'app', path), text);
  }
  return {
    layer: { key: 'k', root }, workdir: '/app', env: { NODE_ENV: 'production' }, user: 'node', command: ['node', 'apps/x/dist/main.js'], health: ['node'], ...change,
  };
}

describe('checkImage', () => {
  it('passes a service that refuses the unknown setting, and a command that shows its usage', async () => {
    expect(await checkImage(image({ 'apps/x/dist/main.js': REFUSES }), options)).toEqual([]);
    const usage = "if (process.argv[2] === '--help') console.log('Usage: docket');";
    expect(await checkImage(image({ 'apps/x/dist/main.js': usage }, { health: undefined }), options)).toEqual([]);
  });

  it.each([
    ['an import that does not resolve', { 'apps/x/dist/main.js': `import 'not-installed'; ${REFUSES}`, 'package.json': '{"type":"module"}' }, 'not-installed'],
    [
      'a module that the entry imports later',
      { 'apps/x/dist/main.js': REFUSES, 'apps/x/dist/later.js': "require('not-installed');", 'apps/x/dist/page.thread.js': "require('a thread');" },
      /do not load .*apps\/x\/dist\/later\.js: Cannot find module 'not-installed'/s,
    ],
    [
      'a module of a library that the entry links to, and of no other',
      {
        'apps/x/dist/main.js': REFUSES,
        'libs/a/dist/index.js': "throw new Error('a is broken');",
        'node_modules/@docket/b/dist/index.js': "throw new Error('b is broken');",
      },
      /do not load [^a]*node_modules\/@docket\/b\/dist\/index.js: b is broken$/,
    ],
    ['a service that takes the bad setting', { 'apps/x/dist/main.js': '' }, 'exit code 0'],
    ['a missing entry', { 'apps/x/dist/other.js': '' }, 'names apps/x/dist/main.js, which is not in the image'],
    ['sources', { 'apps/x/dist/main.js': REFUSES, 'libs/a/src/index.ts': '' }, 'sources in the image: libs/a/src/index.ts'],
    ['a build tool', { 'apps/x/dist/main.js': REFUSES, 'node_modules/typescript/package.json': '{}' }, 'only a build needs: typescript'],
  ])('tells of %s', async (_, files, problem) => {
    expect(await checkImage(image(files), options)).toEqual([typeof problem === 'string' ? expect.stringContaining(problem) : expect.stringMatching(problem)]);
  });

  it('tells of root', async () => {
    expect(await checkImage(image({ 'apps/x/dist/main.js': REFUSES }, { user: 'root' }), options)).toEqual([expect.stringContaining('runs as root')]);
  });
});
