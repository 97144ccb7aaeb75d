import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProcessLog } from './process-log.js';

describe('ProcessLog', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'process-log-'));
    file = join(folder, 'logs', 'service.log');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps the last lines only, cut where they are very long, and tells listeners each line', () => {
    const log = new ProcessLog({ tailLines: 2 });
    const heard: string[] = [];
    const stop = log.onLine((line) => heard.push(line));
    for (const line of ['a', 'b', 'c'.repeat(3_000)]) log.write(line);
    stop();
    log.write('d');
    expect(heard).toHaveLength(3);
    expect(log.tail()).toEqual(['c'.repeat(2_000), 'd']);
    expect(log.tail(1)).toEqual(['d']);
  });

  it('has every line in the file at once', () => {
    const log = new ProcessLog({ file });
    log.write('grüße');
    expect(readFileSync(file, 'utf8')).toBe('grüße\n');
    log.close();
  });

  it('stays within two files of the given size', () => {
    const log = new ProcessLog({ file, maxBytes: 10 });
    for (let line = 0; line < 9; line += 1) log.write(`line${line}`);
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('line6\nline7\n');
    expect(readFileSync(file, 'utf8')).toBe('line8\n');
    log.close();
  });

  it('keeps the file of the run before', () => {
    const first = new ProcessLog({ file });
    first.write('first run');
    first.close();
    const second = new ProcessLog({ file });
    expect(readFileSync(file, 'utf8')).toBe('');
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('first run\n');
    second.close();
  });

  it('takes no file where none is named, and lines after close() stay in memory', () => {
    const log = new ProcessLog();
    log.close();
    log.write('late');
    expect(log.tail()).toEqual(['late']);
    expect(existsSync(file)).toBe(false);
  });
});
