import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';

/** docs/kafkajs.md says of each pitfall of kafkajs what becomes of it, and which tests show so. */
const DOCS = join(import.meta.dirname, '../../../../docs');
const NUMBERS = Array.from({ length: 31 }, (_, index) => index + 1);

const rows = readFileSync(join(DOCS, 'kafkajs.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));

const links = (cell: string) => [...cell.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)].map(([, name = '', path = '']) => ({ name, file: join(DOCS, path) }));

it('lists every pitfall once, in order', () => {
  expect(rows.map(([number]) => Number(number))).toEqual(NUMBERS);
});

describe.each(rows)('%s', (number = '', bites = '', answer = '', tests = '') => {
  it('says what bites, and that it is closed or why it is accepted', () => {
    expect(bites).toMatch(/\w.+\.$/);
    expect(answer).toMatch(/^(closed|accepted): \w.+\. In .+\.$/);
    expect(links(answer)).not.toEqual([]);
    for (const { name, file } of links(answer)) expect({ file, there: existsSync(file), name: basename(file) }).toEqual({ file, there: true, name });
  });

  it('names tests that are named after it', () => {
    const named = links(tests);
    if (answer.startsWith('closed')) expect(named).not.toEqual([]);
    const title = new RegExp(`['"\`,] ?pitfall ${number}\\b`);
    const without = named.filter(({ file }) => !existsSync(file) || !title.test(readFileSync(file, 'utf8')));
    expect(without).toEqual([]);
  });
});
