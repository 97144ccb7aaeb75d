import { describe, expect, it } from 'vitest';
import { Problem } from '../http/problem.js';
import { uuidOf } from '../testing/records.js';
import { readCursor, writeCursor } from './cursor.js';

const end = { receivedAt: '2026-03-02T09:00:00.123Z', id: uuidOf(1) };

describe('cursors', () => {
  it('lead back to where the page ended', () => {
    expect(readCursor(writeCursor(end, { state: 'received' }), { state: 'received' })).toEqual(end);
    expect(readCursor(writeCursor(end, { a: 1, b: 2 }), { b: 2, a: 1 })).toEqual(end);
  });

  it.each([['another filter', writeCursor(end, { state: 'received' })], ['nothing', ''], ['noise', 'AAAA'], ['text', '"; DROP TABLE unit']])(
    'are refused where they are of %s', (_, cursor) => {
      expect(() => readCursor(cursor, {})).toThrow(Problem);
    },
  );

  it('are refused with a place that there is not', () => {
    const cursor = Buffer.from(Buffer.from(writeCursor(end, {}), 'base64url').toString().replace(/ \d+ /, ' 999999999999999 ')).toString('base64url');
    expect(() => readCursor(cursor, {})).toThrow(Problem);
  });
});
