import { expect, it } from 'vitest';
import { RestartPolicy } from './restart-policy.js';

it('gives up at the third death within sixty seconds', () => {
  const policy = new RestartPolicy();
  expect([0, 30_000, 59_999].map((at) => policy.mayRestart(at))).toEqual([true, true, false]);
  expect(policy.deaths).toBe(3);
});

it('forgets a death after sixty seconds, however many there were before', () => {
  const policy = new RestartPolicy();
  expect([0, 30_000, 60_000, 90_000, 120_000].map((at) => policy.mayRestart(at))).toEqual([true, true, true, true, true]);
  expect(policy.mayRestart(120_001)).toBe(false);
});
