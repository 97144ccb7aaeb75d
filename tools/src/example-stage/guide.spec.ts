import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const FOLDER = import.meta.dirname;
const guide = readFileSync(join(FOLDER, '../../../docs/guides/write-a-stage.md'), 'utf8');
const blocks = new Map([...guide.matchAll(/^`([a-z.-]+\.ts)`\n\n```ts\n(.*?)^```$/gms)].map(([, name = '', code = '']): [string, string] => [name, code]));
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

/** What the guide shows is what is compiled and tested. */
describe('docs/guides/write-a-stage.md', () => {
  it('shows every file of the example as it stands', () => {
    const files = readdirSync(FOLDER).filter((name) => name !== 'guide.spec.ts');
    expect([...blocks.keys()].sort()).toEqual(files.sort());
    for (const [name, code] of blocks) expect(code).toBe(read(name));
  });

  it('takes less than 60 lines, tests apart, as many as it says', () => {
    const code = [...blocks].filter(([name]) => !name.endsWith('.spec.ts')).map(([, text]) => text).join('');
    const lines = code.split('\n').filter((line) => line.trim() !== '').length;
    expect(lines).toBeLessThan(60);
    expect(guide).toContain(`${lines} lines in four files`);
  });
});
