import { expect, it } from 'vitest';
import { passOn, retriable, TaskBench } from './testing/task-bench.js';

/**
 * A timer may fire a millisecond early by the wall clock, which goes on while the task looks at it. A unit that comes due between two
 * such looks must not be forgotten: with nothing else going on in its partition nobody would ever look again.
 */
it.each(Array.from({ length: 12 }, (_, looks) => looks))('what comes due while the task is looking still runs, also behind look %d', async (early) => {
  const bench = new TaskBench({ policy: { retryDelaysMs: [100] } });
  bench.handle = (name, context) => {
    if (context.attempt === 1) throw retriable();
    return passOn(name, context);
  };
  await bench.open();
  await bench.send('a', 'a');
  await bench.pass(99);
  const standing = bench.clock.now.bind(bench.clock);
  let looks = 0;
  bench.clock.now = () => (looks++ < early ? standing() - 1 : standing());
  await bench.pass(1);
  bench.clock.now = standing;
  await bench.pass(20_000);
  expect(bench.ran).toEqual(['a#1', 'a#2']);
});
