import { describe, expect, it } from 'vitest';
import { healthOf, SAMPLES, type HealthSample } from './group-health.js';

const samples = (of: (n: number) => Partial<HealthSample>, count = SAMPLES): HealthSample[] =>
  Array.from({ length: count }, (_, n) => ({ committed: n, lag: 5, owned: true, ...of(n) }));

describe('the health of a group on a partition', () => {
  it.each([
    ['OK', 'it has read all once', (n: number) => ({ committed: 7, lag: n === 3 ? 0 : 9 })],
    ['OK', 'it catches up', (n: number) => ({ lag: 100 - n })],
    ['OK', 'its lag falls now and then', (n: number) => ({ lag: n === 5 ? 3 : 5 + n })],
    ['WARN', 'it works and the lag never falls', (n: number) => ({ lag: 5 + n })],
    ['STALL', 'it moves nothing', () => ({ committed: 7 })],
    ['STOP', 'nobody has it', () => ({ committed: 7, owned: false })],
    ['REWIND', 'its offset was set back', (n: number) => ({ committed: n === 6 ? 2 : n })],
  ] as const)('%s: %s', (health, _why, of) => {
    expect(healthOf(samples(of))).toBe(health);
  });

  it('looks at the last ten only', () => {
    expect(healthOf([...samples(() => ({ lag: 0 })), ...samples(() => ({ committed: 7 }))])).toBe('STALL');
  });

  it('says nothing bad before it has seen enough, but that an offset was set back', () => {
    expect(healthOf(samples(() => ({ committed: 7, owned: false }), SAMPLES - 1))).toBe('OK');
    expect(healthOf(samples((n) => ({ committed: 9 - n }), 2))).toBe('REWIND');
    expect(healthOf([])).toBe('OK');
  });
});
