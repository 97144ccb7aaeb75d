import type { Sheet } from '../output/render.js';
import type { CauseReport } from './cause-tally.js';
import type { DeadLetter } from './dead-letter.js';

export function causesSheet(reports: readonly CauseReport[]): Sheet {
  return {
    columns: ['cause', 'stage', 'code', 'count', 'first', 'last', 'examples'],
    rows: reports.map(({ cause, stage, code, count, first, last, examples }) => [cause, stage, code ?? '', count, first, last, examples.join(' ')]),
  };
}

export function lettersSheet(letters: readonly DeadLetter[]): Sheet {
  return {
    columns: ['place', 'unit', 'cause', 'code', 'attempts', 'at', 'first failure', 'origin'],
    rows: letters.map(({ place, unit, cause, code, attempts, at, firstFailure, origin }) => [
      place, unit ?? '', cause, code ?? '', attempts ?? '', at, firstFailure ?? '', origin ?? '',
    ]),
  };
}
