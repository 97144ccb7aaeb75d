/** Much chaos, on one broker and on three: each unit comes out once and in order. */
import { expect, it } from 'vitest';
import { runChaos } from './support/run-chaos.js';

const TIMEOUT_MS = 1_800_000;
const SOUND = { lost: 0, duplicated: 0, orderViolations: 0, unknown: 0, unrecovered: 0, defects: [] };

it('20,000 units, 20 kills', { timeout: TIMEOUT_MS }, async () => {
  const result = await runChaos(['--units', '20000', '--kills', '20', '--zombies', '3', '--broker-restarts', '2'], TIMEOUT_MS);
  expect(result).toMatchObject({ units: 20_000, unique: 20_000, ...SOUND });
});

it('three brokers, one of them killed', { timeout: TIMEOUT_MS }, async () => {
  const result = await runChaos(['--units', '5000', '--kills', '6', '--zombies', '1', '--brokers', '3', '--broker-restarts', '1'], TIMEOUT_MS);
  expect(result).toMatchObject({ units: 5_000, unique: 5_000, brokers: 3, ...SOUND });
});
