/**
 * Grants for a funder that throttles, one that fails at first and a good one, through real services that are killed at random:
 * each is submitted exactly once. `npm run funders` is the same with more grants, more kills, and the good funder alone.
 */
import { expect, it } from 'vitest';
import { runTool } from './support/run-tool.js';

const UNITS = 150;
/** That the run feeds before them. */
const WARM_UP = 120;

it('submits each grant exactly once', async () => {
  const args = ['--once', '--units', String(UNITS), '--kills', '3', '--rate', '20', '--fail-seconds', '5'];
  const result = (await runTool('funders-run/funders-run.js', args, 280_000)) as { killed: { together: unknown } };
  expect(result.killed.together).toMatchObject({
    verdict: { submittedOnce: UNITS + WARM_UP, lost: 0, doubled: 0, otherOutcome: 0, outcomeDoubled: 0, mismatched: 0, unknown: 0 },
    kills: 3,
    defects: [],
  });
});
