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

/** The table of every sample: outcome, attempts, time, and of documents pages, words and mean confidence. */
export function resultTable(results: readonly SampleResult[]): string {
  const rows = results.map((result) => {
    const { sample, unit, verdict } = result;
    const { pages, words, meanConfidence } = verdict.outcome === unit?.state ? (unit?.references ?? {}) : {};
    return [
      sample.name, verdict.outcome ?? 'no outcome', verdict.rules.join(' ') || (verdict.code ?? ''), verdict.attempts, verdict.ms ?? '',
      Number(pages ?? 0) || '', Number(words ?? 0) || '', Number(meanConfidence ?? 0) || '', remark(result),
    ];
  });
  const [head, ...lines] = columns([['sample', 'outcome', 'rule or code', 'attempts', 'ms', 'pages', 'words', 'conf.', ''], ...rows]);
  return [paint('bold', head ?? ''), ...lines.map((line, at) => (results[at]?.verdict.asExpected ? line : paint('red', line)))].join('\n');
}

function remark({ sample, unit, verdict }: SampleResult): string {
  const { asExpected, knownBefore, dropped } = verdict;
  if (!asExpected) return `expected ${sample.expected}${sample.rule ? ` (${sample.rule})` : ''}${sample.repeat > 1 ? `, ${sample.repeat - 1} dropped` : ''}`;
  if (knownBefore) return 'ok, known since an earlier run';
  if (sample.expected === 'conflict') return `ok, the first of this id stays ${unit?.state ?? 'unknown'}`;
  return dropped > 0 ? `ok, ${dropped} more dropped` : 'ok';
}
