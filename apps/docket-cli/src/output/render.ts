import { styleText } from 'node:util';
import type { Terminal } from '../cli/terminal.js';

export type Cell = string | number;

/** Rows under named columns; every row has a cell for every column. */
export interface Sheet {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Writes a sheet as people or programs want it: a table on a terminal, else tab-separated values with a header line. */
export function printSheet(terminal: Pick<Terminal, 'out' | 'isTty' | 'colour'>, sheet: Sheet): void {
  terminal.out(terminal.isTty ? table(sheet, terminal.colour) : tabSeparated(sheet));
}

/** Where a sheet goes that is not the data. */
export function errTerminal(terminal: Pick<Terminal, 'err' | 'errIsTty'>): Pick<Terminal, 'out' | 'isTty' | 'colour'> {
  return { out: (text) => terminal.err(String(text)), isTty: terminal.errIsTty, colour: false };
}

export function printJson(terminal: Pick<Terminal, 'out'>, value: unknown): void {
  terminal.out(`${JSON.stringify(value, null, 2)}\n`);
}

export function tabSeparated({ columns, rows }: Sheet): string {
  return [columns, ...rows].map((row) => `${row.map(plain).join('\t')}\n`).join('');
}

/** Numbers are set right, text left. */
export function table({ columns, rows }: Sheet, colour: boolean): string {
  const cells = [columns, ...rows].map((row) => row.map(plain));
  const widths = columns.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[], numbers: readonly boolean[]) =>
    row.map((text, at) => (numbers[at] ? text.padStart(widths[at] ?? 0) : text.padEnd(widths[at] ?? 0))).join('  ').trimEnd();
  const numeric = columns.map((_, at) => rows.length > 0 && rows.every((row) => typeof row[at] === 'number'));
  return cells
    .map((row) => line(row, numeric))
    .map((text, at) => `${at === 0 && colour ? styleText('bold', text, { validateStream: false }) : text}\n`)
    .join('');
}

/** Data may hold what a terminal would obey, or what would end a cell. */
function plain(cell: Cell): string {
  return String(cell).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
}
