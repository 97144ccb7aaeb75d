import { expect, it } from 'vitest';
import { chooseSubjects, readOptions } from './options.js';

const read = (...args: string[]) => readOptions(args, ['latency', 'stage']);
const refused = (message: RegExp) => expect.objectContaining({ code: 'DOCKET_USAGE', message: expect.stringMatching(message) as unknown }) as Error;

it('leaves to the bench what is not given', () => {
  expect(read('stage')).toEqual({ name: 'stage', json: undefined, rounds: undefined, units: undefined, subjects: undefined, help: false });
});

it('reads everything that is given', () => {
  expect(read('latency', '--json', 'x.json', '--rounds', '5', '--units=2000', '--subjects', 'a, b')).toEqual({
    name: 'latency', json: 'x.json', rounds: 5, units: 2000, subjects: ['a', 'b'], help: false,
  });
});

it('gives help whatever else is asked for', () => {
  expect(read('--help', '--rounds', 'x').help).toBe(true);
  expect(read('nonsense', '-h').help).toBe(true);
});

it.each([
  [[], /name a bench: latency, stage/],
  [['nonsense'], /no bench nonsense; there are: latency, stage/],
  [['stage', 'latency'], /one bench at a time/],
  [['stage', '--rounds', '0'], /--rounds takes a whole number from 1 to 100/],
  [['stage', '--units', '1e3'], /--units takes a whole number/],
  [['stage', '--units', '-1'], /--units/],
  [['stage', '--subjects', ','], /--subjects takes names/],
  [['stage', '--quick'], /quick[^]*--help/],
] as const)('refuses %j', (args, message) => {
  expect(() => read(...args)).toThrow(refused(message));
});

it('runs subjects in the order of the bench, each once', () => {
  expect(chooseSubjects(undefined, ['a', 'b'])).toEqual(['a', 'b']);
  expect(chooseSubjects(['c', 'a', 'a'], ['a', 'b', 'c'])).toEqual(['a', 'c']);
  expect(() => chooseSubjects(['d'], ['a', 'b'])).toThrow(refused(/not a subject of this bench: d; there are: a, b/));
});
