import { expect, it } from 'vitest';
import { SeededRandom } from './random.js';
import { Tally } from './tally.js';
import { UnitPlan } from './unit-plan.js';

const plan = (seed: number) => new UnitPlan(1_000, new SeededRandom(seed), 10);

it('numbers the units of each key without a gap', () => {
  const { counts, length } = plan(1);
  const tally = new Tally(counts);
  for (const unit of plan(1).units()) tally.add(unit, `${unit.key}-${unit.n}`, '');
  expect(length).toBe(1_000);
  expect(tally).toMatchObject({ unique: 1_000, lost: 0, duplicated: 0, orderViolations: 0, unknown: 0 });
});

it('is decided by its seed', () => {
  expect([...plan(1).units()]).toEqual([...plan(1).units()]);
  expect([...plan(1).units()]).not.toEqual([...plan(2).units()]);
});

it('sends units of one key one after another: retries have followers', () => {
  const units = [...plan(3).units()];
  const followers = units.filter((unit, index) => units[index - 1]?.key === unit.key);
  expect(followers.length).toBeGreaterThan(500);
});
