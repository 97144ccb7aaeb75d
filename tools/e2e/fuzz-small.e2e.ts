/**
 * Mutated bodies over HTTP and mutated records on Kafka: no service ends, none answers 5xx, each refusal names its problem or
 * rule, each record comes to an end, and nothing gets through that breaks a rule. `npm run fuzz` is the same with more of them.
 */
import { expect, it } from 'vitest';
import { runTool } from './support/run-tool.js';

const TIMEOUT_MS = 240_000;

it('lets nothing through that breaks a rule, and falls over nothing', { timeout: TIMEOUT_MS }, async () => {
  const result = await runTool('fuzz/fuzz.js', ['--bodies', '1500', '--records', '1500'], TIMEOUT_MS);
  expect(result).toMatchObject({ bodies: 1_500, records: 1_500, defects: [] });
});
