import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Entry, JournalLine } from './entry.js';
import { Journal } from './journal.js';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
  path = join(folder, 'deep', 'journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true }));

const entry = (n: number): Entry => ({
  v: 1,
  at: '2026-11-02T00:00:00.000Z',
  funder: 'funder-a',
  key: `key-${n}`,
  fingerprint: 'f',
  step: 'submit',
  applicationId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
  receiptId: `receipt-${n}`,
});

async function reload(): Promise<JournalLine[]> {
  const entries: JournalLine[] = [];
  const journal = await Journal.open(path, (found) => entries.push(found));
  await journal.close();
  return entries;
}

async function written(count: number): Promise<Entry[]> {
  const journal = await Journal.open(path, () => undefined);
  const entries = Array.from({ length: count }, (_, n) => entry(n));
  await Promise.all(entries.map((each) => journal.append(each)));
  await journal.close();
  return entries;
}

describe('Journal', () => {
  it('gives back what was appended, in order, over many chunks', async () => {
    const entries = await written(2000);
    expect(await reload()).toEqual(entries);
  });

  it('has an entry in the file before append resolves', async () => {
    const journal = await Journal.open(path, () => undefined);
    for (const n of [1, 2, 3]) {
      await journal.append(entry(n));
      expect(await readFile(path, 'utf8')).toContain(`receipt-${n}`);
    }
    await journal.close();
  });

  it.each(['{"v":1,"at":"2026', JSON.stringify(entry(9)), '\0\0\0\0'])('cuts a torn last line and goes on behind it (%j)', async (tail) => {
    const entries = await written(3);
    await appendFile(path, tail);
    expect(await reload()).toEqual(entries);
    const journal = await Journal.open(path, () => undefined);
    await journal.append(entry(4));
    await journal.close();
    expect(await reload()).toEqual([...entries, entry(4)]);
  });

  it('survives a cut at every byte of its last line', async () => {
    const entries = await written(2);
    const bytes = await readFile(path);
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let length = lastLine; length < bytes.length; length++) {
      await writeFile(path, bytes.subarray(0, length));
      expect(await reload()).toEqual(entries.slice(0, 1));
    }
  });

  it('refuses damage in its midst, naming the line', async () => {
    await written(3);
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [lines[0], '{"v":2}', lines[2], ''].join('\n'));
    await expect(reload()).rejects.toMatchObject({ code: 'DOCKET_JOURNAL', message: expect.stringContaining('line 2') as string });
  });

  it('refuses a file that is no journal without reading it whole', async () => {
    await written(1);
    await writeFile(path, 'x'.repeat(1_000_000));
    await expect(reload()).rejects.toMatchObject({ code: 'DOCKET_JOURNAL' });
    expect((await readFile(path)).length).toBe(1_000_000);
  });

  it('stays broken after a failed write', async () => {
    const journal = await Journal.open(path, () => undefined);
    await journal.close();
    await expect(journal.append(entry(1))).rejects.toMatchObject({ code: 'DOCKET_JOURNAL' });
    expect(journal.broken).toBe(true);
    await expect(journal.append(entry(2))).rejects.toMatchObject({ code: 'DOCKET_JOURNAL' });
  });
});
