import type { FileHandle } from 'node:fs/promises';
import { DocketError } from '@docket/contracts';
import { lineSchema, type JournalLine } from './entry.js';

const NEWLINE = 0x0a;

/** Longest line that is taken for an entry, in bytes: bounds memory where the file is something else. */
const MAX_LINE = 16_384;

/**
 * Reads a journal from its beginning and returns the length of its whole lines, in bytes. A last line without its
 * newline was never acknowledged: it is left out. Throws DOCKET_JOURNAL (critical) at a whole line that is no entry.
 */
export async function readJournal(file: FileHandle, recall: (read: JournalLine) => void): Promise<number> {
  let rest = Buffer.alloc(0);
  let whole = 0;
  let line = 0;
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false })) {
    const data = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let end = data.indexOf(NEWLINE); end !== -1; end = data.indexOf(NEWLINE, from)) {
      line += 1;
      recall(parseLine(data.subarray(from, end), line));
      from = end + 1;
    }
    whole += from;
    rest = data.subarray(from);
    if (rest.length > MAX_LINE) throw unreadable(line + 1);
  }
  return whole;
}

function parseLine(bytes: Buffer, line: number): JournalLine {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw unreadable(line);
  }
  const entry = lineSchema.safeParse(value);
  if (!entry.success) throw unreadable(line);
  return entry.data;
}

function unreadable(line: number): DocketError {
  return new DocketError('DOCKET_JOURNAL', `line ${line} of the journal is no entry: it was damaged or is another file; move it away to start empty`);
}
