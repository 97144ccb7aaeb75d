import { expect, it } from 'vitest';
import { readOptions } from './options.js';

const refused = (message: RegExp) => expect.objectContaining({ code: 'DOCKET_USAGE', message: expect.stringMatching(message) as unknown }) as Error;

it('offers three times what the funders take for two minutes where nothing else is said', () => {
  expect(readOptions([])).toMatchObject({ minutes: 2, factor: 3, sustainable: 48, target: 20, kafkaShare: 0.5, figure: undefined, out: undefined });
});

it.each([
  [['--minutes', '0'], /--minutes takes a number/], [['--factor', '1e2'], /--factor/], [['--sustainable', '5'], /--sustainable/], [['--kafka-share', '1.5'], /--kafka-share/], [['--quick'], /quick/], [['x'], /x/],
])('refuses %j', (args, message) => {
  expect(() => readOptions(args)).toThrow(refused(message));
});
