/**
 * A chain of three stages in processes that are killed, frozen and stopped, on a broker that goes away: each unit comes out
 * once and in order. `npm run chaos` is the same with more units and more chaos.
 */
import { expect, it } from 'vitest';
import { runChaos } from './support/run-chaos.js';

const TIMEOUT_MS = 600_000;

it('loses, doubles and disorders nothing', { timeout: TIMEOUT_MS }, async () => {
  const result = await runChaos(['--units', '1500', '--kills', '4', '--zombies', '1', '--broker-restarts', '1'], TIMEOUT_MS);
  expect(result).toMatchObject({ units: 1_500, unique: 1_500, lost: 0, duplicated: 0, orderViolations: 0, unknown: 0, unrecovered: 0, defects: [] });
});
