/**
 * `npm start -- --exit` twice on the same data: every sample reaches its expected outcome both times. What the second run
 * sends is recognised: outcomes and their times stay as they are, no funder gets a further submission, every audit
 * event verifies and no trail has a hole.
 */
import { afterEach, expect, it } from 'vitest';
import { Docket } from './support/docket.js';

const docket = new Docket();
afterEach(() => docket.dispose());

it('ends the same twice, and submits once', async () => {
  expect({ code: await docket.start('--exit', '--report', docket.reportFile), output: docket.output }).toMatchObject({ code: 0 });
  const first = docket.report();
  const submitted = docket.submissions().length;
  expect(first.samples.filter(({ asExpected }) => !asExpected)).toEqual([]);
  expect(first.samples.filter(({ knownBefore }) => knownBefore)).toEqual([]);
  expect(first.samples.length).toBeGreaterThanOrEqual(28);
  expect(first.audit.verified).toBe(first.audit.events);
  expect(submitted).toBe(first.samples.filter(({ outcome }) => outcome === 'submitted').length);

  const named = (name: string) => first.samples.find((sample) => sample.name === name);
  expect(named('grant-repeated')).toMatchObject({ outcome: 'submitted', dropped: 1 });
  expect(named('grant-content-duplicate')).toMatchObject({ outcome: 'duplicate', references: { duplicateOf: named('grant-valid-minimal')?.correlationId } });
  expect(named('grant-attachment')).toMatchObject({ outcome: 'submitted', references: { extractionRequests: 1 } });
  expect(named('grant-conflict')).toMatchObject({ outcome: 'conflict', code: 'DOCKET_CONFLICT', correlationId: named('grant-valid-full')?.correlationId });

  expect({ code: await docket.start('--exit', '--report', docket.reportFile), output: docket.output }).toMatchObject({ code: 0 });
  const second = docket.report();
  const outcomes = ({ samples }: typeof first) => samples.map(({ name, outcome }) => `${name}: ${outcome}`);
  expect(outcomes(second)).toEqual(outcomes(first));
  expect(docket.submissions()).toHaveLength(submitted);
  expect(second.audit.verified).toBe(second.audit.events);
  expect(second.audit.events).toBeGreaterThan(first.audit.events);

  // A read model goes on where it was.
  expect(docket.log('console')).toMatch(/\S/);
  expect(docket.log('console')).not.toContain('reading everything again');

  // What intake itself ends is judged anew, since upstream chose its partition; all that passed it is known.
  const known = second.samples.filter(({ knownBefore }) => knownBefore);
  const closed = (samples: typeof known) => new Map(samples.map(({ name, closedAt }) => [name, closedAt]));
  for (const [name, closedAt] of closed(known)) expect({ name, closedAt }).toEqual({ name, closedAt: closed(first.samples.slice()).get(name) });
  const done = (name: string) => ['submitted', 'extracted', 'extracted-degraded', 'held-for-review', 'duplicate'].includes(second.samples.find((sample) => sample.name === name)?.outcome ?? '');
  expect(first.samples.map(({ name }) => name).filter((name) => done(name) && !known.some((sample) => sample.name === name))).toEqual([]);
});
