import { expect, it } from 'vitest';
import { readOptions } from './options.js';

it('has a default for everything', () => {
  expect(readOptions([])).toMatchObject({ units: 5_000, kills: 8, zombies: 1, brokerRestarts: 1, brokers: 1, instances: 3, partitions: 6, sessionMs: 6_000 });
});

it('reads what it is given', () => {
  const options = readOptions(['--units', '20000', '--kills', '0', '--brokers', '3', '--seed', '7', '--json', 'out.json']);
  expect(options).toMatchObject({ units: 20_000, kills: 0, brokers: 3, seed: 7, json: 'out.json' });
});

it.each([
  [['--units', '0'], /--units takes a whole number from 1/],
  [['--units', '1e3'], /--units takes/],
  [['--brokers', '2'], /--brokers takes 1 or 3/],
  [['--session-ms', '5000'], /from 6000 to 60000/],
  [['--instances', '1'], /from 2 to 20/],
  [['--what'], /Unknown option '--what'/],
  [['word'], /Unexpected argument/],
])('refuses %j and says why', (args, message) => {
  expect(() => readOptions(args)).toThrow(expect.objectContaining({ code: 'DOCKET_USAGE', message: expect.stringMatching(message) as string }));
});
