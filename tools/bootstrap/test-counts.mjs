const COLOUR = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/**
 * Sums the closing lines of all vitest runs in `output`: `Tests  2 failed | 3 passed | 1 skipped (6)`. A file that
 * could not even be loaded has no tests in that line: it counts as one failure.
 */
export function countTests(output) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  let failedFiles = 0;
  for (const line of output.replace(COLOUR, '').split('\n')) {
    const [, kind, counts] = /^\s*(Test Files|Tests) {2}(.*\(\d+\)|no tests)\s*$/.exec(line) ?? [];
    if (kind === undefined) continue;
    const of = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(counts)?.[1] ?? 0);
    if (kind === 'Test Files') {
      failedFiles = of('failed');
      continue;
    }
    total.passed += of('passed');
    total.failed += Math.max(of('failed'), failedFiles);
    total.skipped += of('skipped') + of('todo');
    failedFiles = 0;
  }
  return total;
}

/** The closing line: `12 passed, 0 failed`, with skipped ones only where there are any. */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
