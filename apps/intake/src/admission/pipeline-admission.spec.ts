/**
 * Whatever upstream has left on the inbound topic, callers who want no more than half of what the stages bear are let in soon
 * after an overload, and stay so: the topic's backlog takes most of what they leave, and neither way starves.
 */
import { ManualClock } from '@docket/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TICK_MS } from './admission-law.js';
import { PipelineAdmission } from './pipeline-admission.js';

const TARGET_SECONDS = 20;

interface Load {
  /** Units a second: what the stages take, and what callers bring. */
  readonly speed: number;
  readonly callers: number;
  /** Units on the inbound topic, and behind the door. */
  readonly backlog: number;
  readonly queue: number;
  /** Seconds that a signal is old when it is looked at. */
  readonly age?: number;
  /** Share of the capacity that the target's worth of units fills; at 0 the door sheds and never blocks. */
  readonly fillAtTarget?: number;
  readonly seconds?: number;
}

/** Stages behind a door, callers, and a topic with a backlog, second by second until it is gone. */
function drain({ speed, callers, backlog, queue, age = 0, fillAtTarget = 1, seconds = 20_000 }: Load) {
  const clock = new ManualClock();
  const admission = new PipelineAdmission(clock, { targetSeconds: TARGET_SECONDS, ceiling: 2 * speed, blockAt: 0.85, releaseAt: 0.6 }, () => 0.5);
  const [refusedAt, modes, history]: [number[], string[], number[]] = [[], [], []];
  let [second, worst, owed, inbound] = [0, 0, 0, 0];
  for (; backlog > 0 && second < seconds; second++) {
    for (let step = 0; step < 10; step++) {
      clock.advance(100);
      for (owed += callers / 10; owed >= 1; owed--) {
        if (admission.refuse(1) === undefined) queue++;
        else refusedAt.push(second);
      }
      for (; backlog > 0 && admission.gate() === 0; backlog--, inbound++) queue++;
      queue = Math.max(0, queue - speed / 10);
    }
    history.push(queue / speed);
    worst = Math.max(worst, queue / speed);
    if ((second + 1) % (TICK_MS / 1_000) !== 0) continue;
    const behind = history.at(-1 - age) ?? history[0] ?? 0;
    modes.push(admission.tick({ delaySeconds: behind, signalAt: clock.now() - age * 1_000, auditAcks: true, fill: (fillAtTarget * behind) / TARGET_SECONDS }).mode);
  }
  return { seconds: second, worst, refusedAt, modes, inbound };
}

it('after an overload callers are let in within 90 seconds, to stay, while the backlog is worked off', () => {
  const arbitrary = fc.record({
    speed: fc.integer({ min: 20, max: 200 }), load: fc.double({ min: 0.05, max: 0.5, noNaN: true }), backlogSeconds: fc.integer({ min: 60, max: 600 }),
    age: fc.integer({ min: 0, max: 1 }), fillAtTarget: fc.constantFrom(0, 0.5, 1),
  });
  fc.assert(fc.property(arbitrary, ({ speed, load, backlogSeconds, ...signal }) => {
    const backlog = speed * backlogSeconds;
    const { seconds, refusedAt, modes } = drain({ ...signal, speed, callers: load * speed, backlog, queue: TARGET_SECONDS * speed });
    expect(refusedAt.at(-1) ?? 0).toBeLessThanOrEqual(90);
    expect(modes.slice(90_000 / TICK_MS)).toSatisfy((later: string[]) => later.every((mode) => mode === 'open'));
    // Nearly all that callers leave, but for the time in which it opens and finds its rate.
    expect(seconds).toBeLessThan((1.3 * backlog) / (speed * (1 - load)) + 120);
  }), { seed: 7 });
});

it('a backlog that appears at once takes what callers leave, and shuts nobody out', () => {
  const { refusedAt, modes, worst } = drain({ speed: 48, callers: 24, backlog: 8_000, queue: 0 });
  expect(refusedAt).toEqual([]);
  expect(new Set(modes)).toEqual(new Set(['open']));
  expect(worst).toBeLessThan(TARGET_SECONDS / 2);
});

it('callers who want more than there is do not starve the topic', () => {
  const { inbound, seconds } = drain({ speed: 48, callers: 200, backlog: 100_000, queue: 0, fillAtTarget: 0, seconds: 1_800 });
  expect(inbound / seconds).toBeGreaterThan(48 / 4);
});

it('learns nothing from a signal that stands still: the topic is let in as before, then with care', () => {
  const clock = new ManualClock();
  const admission = new PipelineAdmission(clock, { targetSeconds: TARGET_SECONDS, ceiling: 100, blockAt: 0.85, releaseAt: 0.6 }, () => 0.5);
  const rates = Array.from({ length: 60 }, (_, tick) => {
    let passed = 0;
    for (let ms = 0; ms < TICK_MS; ms += 10, clock.advance(10)) while (admission.gate() === 0) passed++;
    admission.tick({ delaySeconds: 0, signalAt: -1, auditAcks: true, fill: 0 });
    return { tick, rate: (passed * 1_000) / TICK_MS };
  });
  for (const { tick, rate } of rates.slice(2)) expect(rate, `tick ${tick}`).toBeLessThanOrEqual(100 * 0.5 * 1.25 ** 2);
});
