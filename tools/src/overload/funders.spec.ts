/** Funders are chosen so that what all take together is what each partition can bear its part of. */
import { partitionOf } from '@docket/stage-kafka';
import { expect, it } from 'vitest';
import { chooseFunders, registryFile } from './funders.js';

it('puts as many funders on each partition', () => {
  const ids = chooseFunders(6);
  const counts = Map.groupBy(ids, (id) => partitionOf(id, 6));
  expect([...counts.values()].map((list) => list.length)).toEqual([4, 4, 4, 4, 4, 4]);
  expect(new Set(ids).size).toBe(24);
});

it('shares the rate among them', () => {
  expect(registryFile(['a', 'b'], 1, 5).match(/perSecond: 2\.5/g)).toHaveLength(2);
});
