import { expect, it } from 'vitest';
import { Tally } from './tally.js';

it('finds nothing where each unit came once and in order', () => {
  const tally = new Tally([2, 1]);
  for (const [key, n] of [[0, 0], [1, 0], [0, 1]] as const) tally.add({ key, n }, `${key}-${n}`, '0/0');
  expect(tally).toMatchObject({ unique: 3, lost: 0, duplicated: 0, orderViolations: 0, unknown: 0 });
  expect(tally.missing()).toEqual([]);
});

it('counts what is missing, twice, out of order and unknown, and names examples', () => {
  const tally = new Tally([4, 1]);
  for (const [key, n] of [[0, 0], [0, 2], [0, 1], [0, 2], [0, 4], [2, 0]] as const) tally.add({ key, n }, `${key}-${n}`, '1/5');
  expect(tally).toMatchObject({ unique: 3, lost: 2, duplicated: 1, orderViolations: 1, unknown: 2 });
  expect(tally.missing()).toEqual(['unit 0/3 is missing', 'unit 1/0 is missing']);
  expect(tally.examples).toEqual([
    'unit 0/1 after 0/2 at 1/5', 'duplicate of unit 0/2 at 1/5', 'unknown unit 0/4 at 1/5', 'unknown unit 2/0 at 1/5',
  ]);
});

it('counts an event id that two units share, and takes no event without one', () => {
  const tally = new Tally([3]);
  tally.add({ key: 0, n: 0 }, 'same', '0/0');
  tally.add({ key: 0, n: 1 }, 'same', '0/1');
  tally.add({ key: 0, n: 2 }, undefined, '0/2');
  expect(tally).toMatchObject({ unique: 2, lost: 1, duplicated: 1, unknown: 1 });
  expect(tally.examples).toEqual(['the event id of unit 0/1 again at 0/1', 'unknown unit 0/2 at 0/2']);
});
