import { expect, it } from 'vitest';
import { closingLine, countTests } from './test-counts.mjs';

const ESC = String.fromCharCode(27);

it('sums all runs, colours or not', () => {
  const output = [
    ' Test Files  2 passed (2)',
    '      Tests  37 passed | 2 skipped (39)',
    `${ESC}[2m Test Files ${ESC}[22m ${ESC}[1m${ESC}[31m1 failed${ESC}[39m${ESC}[22m | 3 passed (4)`,
    `${ESC}[2m      Tests ${ESC}[22m ${ESC}[1m${ESC}[31m1 failed${ESC}[39m${ESC}[22m${ESC}[2m | ${ESC}[22m${ESC}[1m${ESC}[32m18 passed${ESC}[39m (19)`,
  ].join('\n');
  expect(countTests(output)).toEqual({ passed: 55, failed: 1, skipped: 2 });
});

it('counts a file that could not be loaded', () => {
  expect(countTests(' Test Files  1 failed | 1 passed (2)\n      Tests  4 passed (4)\n')).toEqual({ passed: 4, failed: 1, skipped: 0 });
  expect(countTests(' Test Files  1 failed (1)\n      Tests  no tests\n')).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

it('counts nothing where nothing ran, nor in what looks alike', () => {
  expect(countTests('No test files found, exiting with code 0\nTests of 3 passed kinds')).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

it('closes with a plain line', () => {
  expect(closingLine({ passed: 3, failed: 0, skipped: 0 })).toBe('3 passed, 0 failed');
  expect(closingLine({ passed: 3, failed: 1, skipped: 2 })).toBe('3 passed, 1 failed, 2 skipped');
});
