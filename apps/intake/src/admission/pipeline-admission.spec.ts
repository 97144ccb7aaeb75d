/**
 * Whatever upstream has left on the inbound topic, callers are let in as soon as the stages behind can bear them: the
 * topic's backlog takes what they leave, all of it, and never shuts the door by itself.
 */
import { ManualClock } from '@docket/contracts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TICK_MS } from './admission-law.js';
import { PipelineAdmission } from './pipeline-admission.js';

const TARGET_SECONDS = 20;

/** Stages that take `speed` units a second, behind a door with `callers` requests a second and a topic with a backlog. */
function drain({ speed, callers, backlog, queue }: { speed: number; callers: number; backlog: number; queue: number }) {
  const clock = new ManualClock();
  const policy = { targetSeconds: TARGET_SECONDS, ceiling: 2 * speed, blockAt: 0.85, releaseAt: 0.6 };
  const admission = new PipelineAdmission(clock, policy, () => 0.5);
  const [refusedAt, modes]: [number[], string[]] = [[], []];
  let [second, worst, owed] = [0, 0, 0];
  for (; backlog > 0 && second < 20_000; second++) {
    for (let step = 0; step < 10; step++) {
      clock.advance(100);
      for (owed += callers / 10; owed >= 1; owed--) {
        if (admission.refuse(1) === undefined) queue++;
        else refusedAt.push(second);
      }
      for (; backlog > 0 && admission.gate() === 0; backlog--) queue++;
      queue = Math.max(0, queue - speed / 10);
    }
    worst = Math.max(worst, queue / speed);
    if ((second + 1) % (TICK_MS / 1_000) !== 0) continue;
    const behind = queue / speed;
    modes.push(admission.tick({ delaySeconds: behind, signalAt: clock.now(), auditAcks: true, fill: behind / TARGET_SECONDS }).mode);
  }
  return { seconds: second, worst, refusedAt, modes };
}

it('after an overload callers are let in within 90 seconds, to stay, while the backlog is worked off', () => {
  fc.assert(fc.property(fc.integer({ min: 20, max: 200 }), fc.double({ min: 0.05, max: 0.5, noNaN: true }), fc.integer({ min: 60, max: 600 }), (speed, load, minutes) => {
    const backlog = speed * minutes;
    const { seconds, refusedAt, modes } = drain({ speed, callers: load * speed, backlog, queue: TARGET_SECONDS * speed });
    expect(refusedAt.at(-1) ?? 0).toBeLessThanOrEqual(90);
    expect(modes.slice(90_000 / TICK_MS)).toSatisfy((later: string[]) => later.every((mode) => mode === 'open'));
    // All that callers leave, but for the time in which it opens and finds its rate.
    expect(seconds).toBeLessThan((1.25 * backlog) / (speed * (1 - load)) + 120);
  }), { seed: 7 });
});

it('a backlog that appears at once takes what callers leave, and shuts nobody out', () => {
  const { refusedAt, modes, worst } = drain({ speed: 48, callers: 24, backlog: 8_000, queue: 0 });
  expect(refusedAt).toEqual([]);
  expect(new Set(modes)).toEqual(new Set(['open']));
  expect(worst).toBeLessThan(TARGET_SECONDS / 2);
});
