import { expect, it } from 'vitest';
import { ChainTally } from './chain-tally.js';

const TOPICS = ['first', 'last'];

function fill(chain: ChainTally, topic: string, units: readonly (readonly [key: number, n: number])[]): void {
  for (const [key, n] of units) chain.of(topic).add({ key, n }, `${topic}-${key}-${n}`, '0/0');
}

it('finds nothing where each topic has each unit once and in order', () => {
  const chain = new ChainTally(TOPICS, [2, 1]);
  for (const topic of TOPICS) fill(chain, topic, [[0, 0], [1, 0], [0, 1]]);
  expect(chain).toMatchObject({ unique: 3, lost: 0, duplicated: 0, orderViolations: 0, unknown: 0, examples: [] });
});

it('counts what an earlier stage did twice or out of order, though the last topic is right', () => {
  const chain = new ChainTally(TOPICS, [3]);
  fill(chain, 'first', [[0, 0], [0, 2], [0, 1], [0, 1], [7, 0]]);
  fill(chain, 'last', [[0, 0], [0, 1], [0, 2]]);
  expect(chain).toMatchObject({ unique: 3, lost: 0, duplicated: 1, orderViolations: 1, unknown: 1 });
  expect(chain.examples).toEqual(['first: unit 0/1 after 0/2 at 0/0', 'first: duplicate of unit 0/1 at 0/0', 'first: unknown unit 7/0 at 0/0']);
});

it('counts lost units once, on whichever topic misses most, and names where they are missing', () => {
  const chain = new ChainTally(TOPICS, [2]);
  fill(chain, 'first', [[0, 0]]);
  fill(chain, 'last', [[0, 0]]);
  expect(chain).toMatchObject({ unique: 1, lost: 1, duplicated: 0 });
  expect(chain.examples).toEqual(['first: unit 0/1 is missing', 'last: unit 0/1 is missing']);
  fill(chain, 'last', [[0, 1]]);
  expect(chain).toMatchObject({ unique: 2, lost: 1 });
  expect(() => chain.of('other')).toThrow(RangeError);
});
