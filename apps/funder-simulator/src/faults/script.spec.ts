/**
 * A script is a scenario as data: what a funder does wrong is decided by the script, its seed, the time since it was put in
 * place and the calls that come; nothing else.
 */
import { ManualClock } from '@docket/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Disconnection, Refusal } from '../refusal.js';
import { CALL_STEPS, type CallStep } from './call-step.js';
import { Script } from './script.js';
import { scriptSchema } from './script.schema.js';

type Input = Parameters<typeof scriptSchema.parse>[0];

function scripted(input: Input) {
  const clock = new ManualClock();
  return { clock, script: new Script(scriptSchema.parse(input), 'seconds', clock) };
}

/** What a call of this step comes to. */
function outcome(script: Script, step: CallStep): string {
  try {
    script.onArrival(step);
    script.onAdmission(step);
    return script.onAnswer(step) ?? 'ok';
  } catch (error) {
    if (error instanceof Refusal) return String(error.status);
    if (error instanceof Disconnection) return 'cut before';
    throw error;
  }
}

const one = (fault: unknown, rest = {}) => ({ steps: [{ faults: [fault], ...rest }] });

describe('Script', () => {
  it.each([
    [{ kind: 'status', status: 502 }, ['502', '502', '502', '502']],
    [{ kind: 'status', status: 500, calls: 2 }, ['500', '500', 'ok', 'ok']],
    [{ kind: 'status', status: 503, every: 2 }, ['ok', '503', 'ok', '503']],
    [{ kind: 'status', status: 503, every: 2, calls: 1 }, ['ok', '503', 'ok', 'ok']],
    [{ kind: 'status', status: 503, probability: 0 }, ['ok', 'ok', 'ok', 'ok']],
    [{ kind: 'reset', when: 'before-effect', calls: 1 }, ['cut before', 'ok', 'ok', 'ok']],
    [{ kind: 'reset', when: 'after-effect', every: 3 }, ['ok', 'ok', 'reset', 'ok']],
    [{ kind: 'lose-answer', calls: 1 }, ['close', 'ok', 'ok', 'ok']],
    [{ kind: 'throttle', perSecond: 1, burst: 3 }, ['ok', 'ok', 'ok', '429']],
    [{ kind: 'quota', submissions: 2 }, ['ok', 'ok', '429', '429']],
  ])('%j', (fault, expected) => {
    const { script } = scripted(one(fault));
    expect(expected.map(() => outcome(script, 'webhook'))).toEqual(expected);
  });

  it.each([
    ['submit', ['submit', 'webhook']],
    ['look-up', ['look-up']],
    ['start', ['start']],
    [undefined, CALL_STEPS],
  ] as const)('a fault of step %s meets %j and no other call', (step, met) => {
    const { script } = scripted(one({ kind: 'status', status: 500, ...(step && { step }) }));
    expect(CALL_STEPS.filter((call) => outcome(script, call) === '500')).toEqual(met);
  });

  it('steps come and go by the time since the script was put in place', () => {
    const { script, clock } = scripted({
      steps: [
        { fromMs: 1_000, untilMs: 2_000, faults: [{ kind: 'status', status: 503, retryAfterMs: 1_500 }] },
        { fromMs: 1_500, faults: [{ kind: 'reset', when: 'after-effect' }] },
      ],
    });
    const seen = [0, 999, 1_000, 1_499, 1_999, 2_000, 86_400_000].map((at) => {
      clock.advance(at - script.elapsedMs);
      return outcome(script, 'submit');
    });
    expect(seen).toEqual(['ok', 'ok', '503', '503', '503', 'reset', 'reset']);
  });

  it('draws the same for the same seed, and about as often as it was told', () => {
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0.05, max: 0.95, noNaN: true }), (seed, probability) => {
        const input = { seed, ...one({ kind: 'status', status: 500, probability }) };
        const draw = () => {
          const { script } = scripted(input);
          return Array.from({ length: 2_000 }, () => outcome(script, 'start') === '500');
        };
        const drawn = draw();
        expect(draw()).toEqual(drawn);
        expect(Math.abs(drawn.filter(Boolean).length / 2_000 - probability)).toBeLessThan(0.08);
      }),
      { numRuns: 30 },
    );
  });

  it('slow calls take their time on the clock', async () => {
    const { script, clock } = scripted(one({ kind: 'slow', ms: 500, step: 'submit' }));
    let done = false;
    await script.onWork('start');
    const working = script.onWork('submit').then(() => (done = true));
    clock.advance(499);
    // Whatever would go on by itself has gone on by then.
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    clock.advance(1);
    await working;
  });

  it.each([
    {}, { steps: [] }, { steps: [{ faults: [] }] }, one({ kind: 'status', status: 404 }), one({ kind: 'status', status: 503, often: 1 }),
    one({ kind: 'nothing' }), one({ kind: 'status', status: 503 }, { fromMs: 10, untilMs: 10 }), { ...one({ kind: 'slow', ms: 1 }), colour: 'red' },
  ])('refuses %j', (input) => {
    expect(scriptSchema.safeParse(input).success).toBe(false);
  });
});
