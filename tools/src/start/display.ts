import { styleText } from 'node:util';
import type { SampleResult } from '../samples/watch-outcomes.js';
import type { StageProgress } from './progress.js';

type Style = Parameters<typeof styleText>[0];

const paint = (style: Style, text: string): string => (process.stdout.isTTY && !process.env['NO_COLOR'] ? styleText(style, text) : text);

/** Columns padded to their widest cell; numbers to the right. */
export function columns(rows: readonly (readonly (string | number)[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, at) => Math.max(...rows.map((row) => String(row[at] ?? '').length)));
  return rows.map((row) =>
    row.map((cell, at) => (typeof cell === 'number' ? String(cell).padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0))).join('  ').trimEnd(),
  );
}

/** Shows the stages' progress: in place on a terminal, as lines every few seconds elsewhere. */
export class ProgressDisplay {
  #drawn = 0;
  #lastAt = 0;
  #last = '';

  show(stages: readonly StageProgress[], open: number, now: number): void {
    const rows = columns([
      ['stage', 'in', 'done', 'retries', 'failed', 'lag'],
      ...stages.map(({ stage, received, done, retrying, failed, lag }) => [stage, received, done, retrying, failed, lag]),
    ]);
    const text = [...rows, `${open} sample(s) under way`].join('\n');
    if (process.stdout.isTTY) {
      if (this.#drawn > 0) process.stdout.write(`\u001b[${this.#drawn}A\u001b[J`);
      process.stdout.write(`${text}\n`);
      this.#drawn = rows.length + 1;
    } else if (now - this.#lastAt >= 5_000 && text !== this.#last) {
      process.stdout.write(`${text}\n\n`);
      this.#lastAt = now;
      this.#last = text;
    }
  }

  /** Something else is going to be printed: what was drawn stays where it is. */
  release(): void {
    this.#drawn = 0;
  }
}

/** What the row shows meanwhile: a conflict shares its id, and so its outcome, with the unit it conflicts with. */
const NEEDS_LEDGER: Readonly<Record<string, string>> = { conflict: "needs the ledger; shown is the first unit's outcome" };

/** The table of every sample: outcome, attempts, time, and of documents pages, words and mean confidence. */
export function resultTable(results: readonly SampleResult[]): string {
  const rows = results.map((result) => {
    const { sample, unit, asExpected } = result;
    const { pages, words, meanConfidence } = unit?.references ?? {};
    const verdict = asExpected ? 'ok' : sample.needsLedger ? NEEDS_LEDGER[sample.expected] ?? 'needs the ledger' : `expected ${sample.expected}${sample.rule ? ` (${sample.rule})` : ''}`;
    return [
      sample.name, unit?.state ?? 'no outcome', unit?.rules?.join(' ') || (unit?.code ?? ''), unit?.attempts ?? 0, elapsedMs(result) ?? '',
      Number(pages ?? 0) || '', Number(words ?? 0) || '', Number(meanConfidence ?? 0) || '', verdict,
    ];
  });
  const [head, ...lines] = columns([['sample', 'outcome', 'rule or code', 'attempts', 'ms', 'pages', 'words', 'conf.', ''], ...rows]);
  return [
    paint('bold', head ?? ''),
    ...lines.map((line, at) => (results[at]?.asExpected ? line : paint(results[at]?.sample.needsLedger ? 'yellow' : 'red', line))),
  ].join('\n');
}

/** Sending to terminal outcome; 0 where the outcome stood before. */
export function elapsedMs({ unit, sentAt }: SampleResult): number | undefined {
  return unit?.closedAt ? Math.max(0, Date.parse(unit.closedAt) - sentAt) : undefined;
}
