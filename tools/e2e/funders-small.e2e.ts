/**
 * Grants for a funder that throttles, one that fails at first and a good one, through real services that are killed at random:
 * each is submitted exactly once. `node tools/funders.mjs` is the same with more grants, more kills, and the good funder alone.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ENTRY = join(import.meta.dirname, '../dist/funders-run/funders-run.js');
const UNITS = 150;
/** That the run feeds before them. */
const WARM_UP = 120;

it('submits each grant exactly once', async () => {
  const args = ['--once', '--units', String(UNITS), '--kills', '3', '--rate', '20', '--fail-seconds', '5', '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, [ENTRY, ...args], { timeout: 280_000, maxBuffer: 10_000_000 });
  expect((JSON.parse(stdout) as { killed: { together: unknown } }).killed.together).toMatchObject({
    verdict: { submittedOnce: UNITS + WARM_UP, lost: 0, doubled: 0, otherOutcome: 0, outcomeDoubled: 0, mismatched: 0, unknown: 0 },
    kills: 3,
    defects: [],
  });
});
