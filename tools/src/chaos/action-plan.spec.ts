import { expect, it } from 'vitest';
import { planActions } from './action-plan.js';
import { SeededRandom } from './random.js';

const options = { kills: 5, zombies: 2, brokerRestarts: 3, sessionMs: 6_000 };
const plan = (seed: number) => planActions(options, new SeededRandom(seed));

it('has as many of each as was asked for, and half as many clean stops as kills', () => {
  const kinds = plan(1).map(({ action }) => action.kind);
  const count = (kind: string) => kinds.filter((other) => other === kind).length;
  expect([count('kill-and-restart'), count('kill-for-good'), count('stop'), count('freeze'), count('broker')]).toEqual([3, 2, 3, 2, 3]);
});

it('freezes for longer than the session', () => {
  for (const { action } of plan(2)) if (action.kind === 'freeze') expect(action.ms).toBeGreaterThan(options.sessionMs);
});

it('is decided by its seed', () => {
  expect(plan(1)).toEqual(plan(1));
  expect(plan(1)).not.toEqual(plan(2));
});

it('kills and stops brokers in turn', () => {
  const ways = plan(4).flatMap(({ action }) => (action.kind === 'broker' ? [action.how] : []));
  expect(ways.toSorted()).toEqual(['kill', 'kill', 'stop']);
});

it('does nothing where nothing is asked for', () => {
  expect(planActions({ kills: 0, zombies: 0, brokerRestarts: 0, sessionMs: 6_000 }, new SeededRandom(1))).toEqual([]);
});
