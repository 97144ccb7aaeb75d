/**
 * Three times what the funders take, over HTTP and Kafka at once: nothing that was accepted is lost, and no service falls.
 * `npm run overload` is the same for longer, with times and a figure: these hang on the machine.
 */
import { expect, it } from 'vitest';
import { runTool } from './support/run-tool.js';

const TIMEOUT_MS = 900_000;

it('sheds what is too much, and loses nothing that it accepted', { timeout: TIMEOUT_MS }, async () => {
  const result = await runTool('overload/overload.js', ['--minutes', '0.5'], TIMEOUT_MS, { anyVerdict: true });
  expect(result).toMatchObject({ lost: 0, died: [], checks: { 'nothing accepted is lost': true } });
});
