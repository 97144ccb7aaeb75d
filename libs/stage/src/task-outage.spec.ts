import { DocketError } from '@docket/contracts';
import { expect, it } from 'vitest';
import { emit } from './handler-result.js';
import { TaskBench } from './testing/task-bench.js';

/**
 * A funder that is away for a minute, behind a breaker that lets one call through every ten seconds: its units go round by the
 * retry topics, whose longest one waits half a minute, and all of them come out when it is back.
 */
it('all units of a group come out after an outage behind a breaker', async () => {
  let opensAt = 0;
  let broken = false;
  const bench: TaskBench = new TaskBench({
    stage: {
      groupOf: ({ key }) => key ?? '',
      gate: (group, running) => {
        if (group !== 'away' || !broken) return 0;
        const left = opensAt - bench.clock.now();
        return left > 0 ? left : running === 0 ? 0 : 1_000;
      },
    },
    policy: { windowRecords: 2_000, concurrency: 16, retryDelaysMs: [200, 1_000, 5_000, 10_000, 30_000], maxAttempts: 12, maxHeld: 10_000 },
  });
  const backAt = bench.clock.now() + 60_000;
  let failures = 0;
  bench.handle = (name) => {
    if (name.startsWith('a') && bench.clock.now() < backAt) {
      if (++failures >= 10) [broken, opensAt] = [true, bench.clock.now() + 10_000];
      throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'down', { kind: 'retriable' });
    }
    if (name.startsWith('a')) broken = false;
    return emit([], { state: 'submitted' });
  };
  await bench.open();
  for (let second = 0; second < 30; second++) {
    for (let n = 0; n < 18; n++) {
      bench.put(`a${second}-${n}`, `a${second}-${n}`, { recordKey: 'away' });
      bench.put(`g${second}-${n}`, `g${second}-${n}`, { recordKey: 'good' });
    }
    for (let part = 0; part < 10; part++) await bench.pass(100);
  }
  for (let part = 0; part < 1_200; part++) await bench.pass(100);
  expect(bench.failures).toEqual([]);
  expect(bench.outcomes.filter(({ state }) => state === 'submitted')).toHaveLength(2 * 18 * 30);
});
