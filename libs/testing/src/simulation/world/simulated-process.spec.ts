import { describe, expect, it } from 'vitest';
import { SimulatedProcess } from './simulated-process.js';
import { Trace } from './trace.js';
import { VirtualTime } from './virtual-time.js';

function start(): { time: VirtualTime; process: SimulatedProcess; seen: string[] } {
  const time = new VirtualTime(0);
  return { time, process: new SimulatedProcess('p', time, new Trace(false, () => time.now)), seen: [] };
}

describe('SimulatedProcess', () => {
  it('never runs anything once it is gone', async () => {
    const { time, process, seen } = start();
    process.later(10, () => seen.push('late'), 'timer');
    time.after(5, () => process.crash());
    await time.run(100);
    expect(seen).toEqual([]);
  });

  it('catches up when it wakes: timers first, then answers', async () => {
    const { time, process, seen } = start();
    process.later(10, () => seen.push(`answer at ${time.now}`), 'answer');
    process.later(20, () => seen.push(`timer at ${time.now}`), 'timer');
    process.freeze(1_000);
    await time.run(2_000);
    expect(seen).toEqual(['timer at 1000', 'answer at 1000']);
  });

  it('keeps the length of its timers when its clock is moved', async () => {
    const { time, process, seen } = start();
    process.clock.schedule(100, () => seen.push(`at ${time.now}, clock ${process.clock.now()}`));
    process.moveClock(-5_000);
    await time.run(200);
    expect(seen).toEqual(['at 100, clock -4900']);
  });

  it('does not run what one of those before it cancels on waking', async () => {
    const { time, process, seen } = start();
    const cancels: (() => void)[] = [];
    process.later(10, () => cancels.forEach((cancel) => cancel()), 'timer');
    cancels.push(process.later(20, () => seen.push('cancelled'), 'timer'));
    process.freeze(100);
    await time.run(200);
    expect(seen).toEqual([]);
  });
});
