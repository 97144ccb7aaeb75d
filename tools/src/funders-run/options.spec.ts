import { expect, it } from 'vitest';
import { readOptions } from './options.js';

it('has a default for everything', () => {
  expect(readOptions([])).toMatchObject({
    units: 5_000, quietUnits: 1_500, kills: 15, perSecond: 40, throttledShare: 0.1, failMs: 60_000, partitions: 6, together: true, once: false, json: undefined,
  });
});

it('reads what it is given', () => {
  const options = readOptions(['--units', '300', '--kills', '0', '--throttled', '33', '--apart', '--seed', '7', '--json', 'out.json']);
  expect(options).toMatchObject({ units: 300, quietUnits: 300, kills: 0, throttledShare: 0.33, together: false, seed: 7, json: 'out.json' });
});

it('leaves out all but the last run', () => {
  expect(readOptions(['--once'])).toMatchObject({ once: true, quietUnits: 0 });
});

it.each([
  [['--units', '9'], /--units takes a whole number from 10/],
  [['--units', '1e3'], /--units takes/],
  [['--units', '100', '--quiet-units', '101'], /--quiet-units takes a whole number from 0 to 100/],
  [['--throttled', '91'], /from 0 to 90/],
  [['--apart', '--partitions', '2'], /--partitions 3 at least/],
  [['--what'], /Unknown option '--what'/],
  [['word'], /Unexpected argument/],
])('refuses %j and says why', (args, message) => {
  expect(() => readOptions(args)).toThrow(expect.objectContaining({ code: 'DOCKET_USAGE', message: expect.stringMatching(message) as string }));
});
