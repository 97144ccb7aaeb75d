import { expect, it } from 'vitest';
import { readOptions } from './options.js';

const refused = (message: RegExp) => expect.objectContaining({ code: 'DOCKET_USAGE', message: expect.stringMatching(message) as unknown }) as Error;

it('throws a hundred thousand where nothing else is said, each run another', () => {
  const options = readOptions([]);
  expect(options).toMatchObject({ bodies: 50_000, records: 50_000, help: false });
  expect(readOptions([]).seed).not.toBe(options.seed);
  expect(readOptions(['--seed', '7']).seed).toBe(7);
});

it.each([[['--bodies', '-1'], /bodies/], [['--records', '1e3'], /--records takes a whole number/], [['--seed', '4294967296'], /--seed/], [['--quick'], /quick/]])('refuses %j', (args, message) => {
  expect(() => readOptions(args)).toThrow(refused(message));
});
