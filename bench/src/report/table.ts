import type { Report } from './report.js';

const HEADINGS = ['subject', 'metric', 'min', 'median', 'max', 'unit'] as const;

/** The columns that hold figures. */
const RIGHT = new Set([2, 3, 4]);

/** The report for people. */
export function tableOf(report: Report): string {
  const { machine, rounds } = report;
  const lines = report.rows.map((row) => [row.subject, row.metric, figure(row.min), figure(row.median), figure(row.max), row.unit]);
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const layOut = (cells: readonly string[]) =>
    cells.map((cell, column) => (RIGHT.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join('  ').trimEnd();
  const ratios = Object.entries(report.ratios).map(([name, value]) => `ratio ${name}: ${value.toFixed(2)}`);
  return [
    `${report.name}, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}; ${machine.cores} cores of ${machine.cpu}, Node ${machine.node}, Kafka ${machine.kafka}, Java ${machine.java}`,
    '',
    layOut(HEADINGS),
    layOut(widths.map((width) => '-'.repeat(width))),
    ...lines.map(layOut),
    ...(ratios.length > 0 ? ['', ...ratios] : []),
  ].join('\n');
}

/** Three digits at least, with a comma each thousand. */
export function figure(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
