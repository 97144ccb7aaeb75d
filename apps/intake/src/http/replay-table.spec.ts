import { ManualClock } from '@docket/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { learnFromOutcomes } from './follow-outcomes.js';
import { ReplayTable } from './replay-table.js';

const HOUR = 3_600_000;
const ID = '6f1d8a1c-3b7e-5c55-9d0a-52c1f0b7a9e4';
const DIGEST = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

function table(max = 100) {
  const clock = new ManualClock();
  return { clock, replays: new ReplayTable({ max, maxAgeMs: HOUR, clock }) };
}

interface Step {
  readonly key: string;
  readonly digest: string;
  readonly then: 'ack' | 'fail' | 'wait';
  readonly pauseMs: number;
}

/** A repeat is answered as the first was; a key stands for one payload; what is not known to be accepted may be sent again. */
describe('ReplayTable', () => {
  it('is not made to forget its own by what it learns of others', () => {
    const { clock, replays } = table(10);
    const begun = replays.begin(['own'], DIGEST, ID);
    if (begun.state === 'new') begun.done();
    for (let n = 0; n < 100; n++) replays.learn(`other-${n}`, { digest: OTHER, batchTraceId: ID }, 0);
    clock.advance(1);
    expect([replays.begin(['own'], DIGEST, ID).state, replays.begin(['own'], OTHER, ID).state, replays.size]).toEqual(['replay', 'reused', 11]);
  });

  it('agrees with a plain model over any course of submissions, acknowledgements, failures and time', () => {
    const step = fc.record({
      key: fc.constantFrom('k1', 'k2', 'k3'), digest: fc.constantFrom('p', 'q'), then: fc.constantFrom('ack', 'fail', 'wait'), pauseMs: fc.constantFrom(0, HOUR / 4, HOUR + 1),
    }) as fc.Arbitrary<Step>;
    fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { clock, replays } = table();
      const done = new Map<string, { digest: string; at: number }>();
      const running = new Map<string, { digest: string; end: () => void }>();
      for (const { key, digest, then, pauseMs } of steps) {
        clock.advance(pauseMs);
        const known = done.get(key);
        const fresh = known !== undefined && clock.now() - known.at <= HOUR ? known : undefined;
        const open = running.get(key);
        const expected = open ? (open.digest === digest ? 'in-flight' : 'reused') : !fresh ? 'new' : fresh.digest === digest ? 'replay' : 'reused';
        const begun = replays.begin([key], digest, `trace of ${digest}`);
        expect(begun.state).toBe(expected);
        if (begun.state === 'replay') expect(begun.batchTraceId).toBe(`trace of ${digest}`);
        if (begun.state === 'new') {
          const end = () => {
            running.delete(key);
            begun.done();
            done.set(key, { digest, at: clock.now() });
          };
          if (then === 'ack') end();
          else if (then === 'fail') begun.failed();
          else running.set(key, { digest, end });
        } else if (then === 'ack') open?.end();
      }
    }));
  });

  it('holds no more than it was told to, the longest unused go first', () => {
    const { replays } = table(10);
    for (let at = 0; at < 1_000; at++) {
      const begun = replays.begin([`k${at}`], DIGEST, ID);
      if (begun.state === 'new') begun.done();
    }
    expect(replays.size).toBe(10);
    expect([replays.knows('k989'), replays.knows('k990')]).toEqual([false, true]);
  });
});

function outcome(given: object): Buffer {
  return Buffer.from(JSON.stringify({ correlationId: ID, batchTraceId: ID, state: 'submitted', closedAt: new Date(Date.UTC(2026, 0, 1)).toISOString(), unit: { digest: DIGEST }, ...given }));
}

/** What another instance took in is known here once its outcome is. */
describe('learnFromOutcomes', () => {
  const learn = (value: Buffer | null) => {
    const { clock, replays } = table();
    learnFromOutcomes(replays, clock)({ topic: 'outcomes', partition: 0, offset: 0n, timestamp: 0, key: null, value, headers: {} });
    return { clock, replays };
  };

  it('knows the correlation id with its digest, for as long as the outcome is not too old', () => {
    const { clock, replays } = learn(outcome({ closedAt: new Date(Date.UTC(2026, 0, 1) - HOUR / 2).toISOString() }));
    expect(replays.begin(['key', ID], DIGEST, 'x')).toEqual({ state: 'replay', batchTraceId: ID });
    expect(replays.begin(['key', ID], OTHER, 'x')).toEqual({ state: 'reused' });
    clock.advance(HOUR / 2 + 1);
    expect(replays.knows(ID)).toBe(false);
  });

  it.each([
    ['a tombstone', null],
    ['no JSON', Buffer.from('x')],
    ['another shape', Buffer.from('[1]')],
    ['a conflict, which tells of the other payload', outcome({ state: 'conflict' })],
    ['a unit that could not be read', outcome({ unit: undefined })],
    ['an old outcome', outcome({ closedAt: '2020-01-01T00:00:00.000Z' })],
    ['a broken time', outcome({ closedAt: 'yesterday' })],
  ])('learns nothing from %s', (_what, value) => expect(learn(value).replays.size).toBe(0));
});
