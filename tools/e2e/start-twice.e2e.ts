/**
 * `npm start -- --exit` twice on the same data: every sample reaches its expected outcome both times, every audit
 * event verifies, no trail has a hole, and the second run adds no submission at any funder.
 */
import { afterEach, expect, it } from 'vitest';
import { Docket } from './support/docket.js';

const docket = new Docket();
afterEach(() => docket.dispose());

it('ends the same twice, and submits once', async () => {
  expect({ code: await docket.start('--exit', '--report', docket.reportFile), output: docket.output }).toMatchObject({ code: 0 });
  const first = docket.report();
  const submitted = docket.submissions().length;
  expect(first.samples.filter((sample) => !sample.asExpected && !sample.needsLedger)).toEqual([]);
  expect(first.samples.length).toBeGreaterThanOrEqual(28);
  expect(first.audit.verified).toBe(first.audit.events);
  expect(submitted).toBeGreaterThan(0);

  expect({ code: await docket.start('--exit', '--report', docket.reportFile), output: docket.output }).toMatchObject({ code: 0 });
  const second = docket.report();
  const outcomes = ({ samples }: typeof first) => samples.map(({ name, outcome }) => `${name}: ${outcome}`);
  expect(outcomes(second)).toEqual(outcomes(first));
  expect(docket.submissions()).toHaveLength(submitted);
  expect(second.audit.verified).toBe(second.audit.events);
  expect(second.audit.events).toBeGreaterThan(first.audit.events);
});
