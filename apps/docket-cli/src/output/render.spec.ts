import { describe, expect, it } from 'vitest';
import { printSheet, table, tabSeparated } from './render.js';

const sheet = { columns: ['group', 'records'], rows: [['docket-executor', 7], ['docket-x', 1200]] };

describe('output', () => {
  it('is a table for people: numbers to the right, no blanks at the end', () => {
    expect(table(sheet, false)).toBe('group            records\ndocket-executor        7\ndocket-x            1200\n');
  });

  it('has a bold header where colour is wanted', () => {
    expect(table(sheet, true).split('\n')[0]).toBe('\u001b[1mgroup            records\u001b[22m');
  });

  it('is tab-separated values with a header for programs', () => {
    expect(tabSeparated(sheet)).toBe('group\trecords\ndocket-executor\t7\ndocket-x\t1200\n');
  });

  it('keeps its header where there are no rows', () => {
    expect(table({ columns: ['a', 'bc'], rows: [] }, false)).toBe('a  bc\n');
  });

  it('lets no cell end its cell or command the terminal', () => {
    expect(tabSeparated({ columns: ['a'], rows: [['x\ty\nz\u001b[31m\u202e']] })).toBe('a\nx?y?z?[31m?\n');
  });

  it('chooses by who reads', () => {
    const seen: string[] = [];
    const terminal = { out: (text: string) => void seen.push(text), err: () => undefined, colour: false };
    printSheet({ ...terminal, isTty: false }, sheet);
    printSheet({ ...terminal, isTty: true }, sheet);
    expect(seen).toEqual([tabSeparated(sheet), table(sheet, false)]);
  });
});
