import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAdmission, OPEN, retryAfterSeconds, TICK_MS, type AdmissionPolicy, type AdmissionSignal, type AdmissionState } from './admission-law.js';

const policy: AdmissionPolicy = { targetSeconds: 60, ceiling: 100, blockAt: 0.85, releaseAt: 0.6 };

/** A front door that is told of its lag and its fullest queue once a tick. */
class Door {
  state = OPEN;
  now = 1_000_000;

  tick(given: Partial<AdmissionSignal>, times = 1): AdmissionState {
    for (let tick = 0; tick < times; tick++) {
      this.now += TICK_MS;
      const signal = { now: this.now, signalAt: this.now, delaySeconds: 0, admittedRate: 80, fill: 0, auditAcks: true, ...given };
      this.state = nextAdmission(this.state, signal, policy);
    }
    return this.state;
  }
}

describe('the admission law', () => {
  it('lets all in up to half of the target', () => {
    expect(new Door().tick({ delaySeconds: 30 }, 10)).toEqual(OPEN);
  });

  it('throttles above it, from what is admitted now, by a tenth a tick, down to a tenth', () => {
    const door = new Door();
    expect(door.tick({ delaySeconds: 31 })).toMatchObject({ mode: 'throttled', scale: 0.8 });
    expect(door.tick({ delaySeconds: 31 }).scale).toBeCloseTo(0.72);
    expect(door.tick({ delaySeconds: 31 }, 100)).toMatchObject({ mode: 'throttled', scale: 0.1 });
  });

  it('keeps its scale between a quarter and a half of the target', () => {
    const door = new Door();
    const { scale } = door.tick({ delaySeconds: 31 });
    expect(door.tick({ delaySeconds: 20 }, 100)).toMatchObject({ mode: 'throttled', scale });
  });

  it('opens by a tenth a tick once it was calm for ten seconds, and from a new fright on counts anew', () => {
    const door = new Door();
    door.tick({ delaySeconds: 31 });
    expect(door.tick({ delaySeconds: 10 }, 2).scale).toBeCloseTo(0.8);
    expect(door.tick({ delaySeconds: 20 }).scale).toBeCloseTo(0.8);
    expect(door.tick({ delaySeconds: 10 }, 2).scale).toBeCloseTo(0.8);
    expect(door.tick({ delaySeconds: 10 }).scale).toBeCloseTo(0.9);
    expect(door.tick({ delaySeconds: 10 })).toEqual(OPEN);
  });

  it('sheds all from the target on, and begins again with a tenth', () => {
    const door = new Door();
    expect(door.tick({ delaySeconds: 60 })).toMatchObject({ mode: 'shedding', scale: 0 });
    expect(door.tick({ delaySeconds: 37 }, 10)).toMatchObject({ mode: 'shedding' });
    expect(door.tick({ delaySeconds: 35 }, 2)).toMatchObject({ mode: 'shedding' });
    expect(door.tick({ delaySeconds: 35 })).toMatchObject({ mode: 'throttled', scale: 0.1 });
  });

  it('stops at 85 % of a queue, whatever the lag, until it is below 60 % for ten seconds', () => {
    const door = new Door();
    expect(door.tick({ fill: 0.849 })).toEqual(OPEN);
    expect(door.tick({ fill: 0.85 })).toMatchObject({ mode: 'blocked', scale: 0 });
    expect(door.tick({ fill: 0.61 }, 100)).toMatchObject({ mode: 'blocked' });
    expect(door.tick({ fill: 0.59 }, 2)).toMatchObject({ mode: 'blocked' });
    expect(door.tick({ fill: 0.59 })).toMatchObject({ mode: 'throttled', scale: 0.1 });
  });

  it('goes from a full queue straight to shedding where the stages are too far behind by then', () => {
    const door = new Door();
    door.tick({ fill: 0.9 });
    door.tick({ delaySeconds: 50 }, 2);
    expect(door.tick({ delaySeconds: 60 })).toMatchObject({ mode: 'shedding', scale: 0 });
  });

  it('stops where the audit log does not acknowledge, also without a signal', () => {
    const door = new Door();
    expect(door.tick({ auditAcks: false, delaySeconds: undefined })).toMatchObject({ mode: 'blocked' });
  });

  it('concludes nothing from a signal of thirty seconds ago, and lets in half at most after ninety', () => {
    const door = new Door();
    expect(door.tick({ delaySeconds: 59, signalAt: door.now + TICK_MS - 30_000 })).toEqual(OPEN);
    expect(door.tick({ signalAt: door.now + TICK_MS - 90_000 })).toMatchObject({ mode: 'throttled', scale: 0.5 });
    expect(door.tick({ delaySeconds: undefined }, 100)).toMatchObject({ mode: 'throttled', scale: 0.5 });
  });

  it('goes on shedding while it is blind', () => {
    const door = new Door();
    door.tick({ delaySeconds: 60 });
    expect(door.tick({ delaySeconds: 0, signalAt: 0 }, 100)).toMatchObject({ mode: 'shedding' });
  });

  it('never admits above a full queue or beyond the target, and is open within 90 s of any past', () => {
    const signal = fc.record({ delaySeconds: fc.option(fc.double({ min: 0, max: 200, noNaN: true }), { nil: undefined }), fill: fc.double({ min: 0, max: 2, noNaN: true }), auditAcks: fc.boolean(), admittedRate: fc.double({ min: 0, max: 500, noNaN: true }) });
    fc.assert(fc.property(fc.array(signal, { maxLength: 50 }), (past) => {
      const door = new Door();
      for (const given of past) {
        const { mode, scale } = door.tick(given);
        expect(scale).toBeGreaterThanOrEqual(0);
        expect(scale).toBeLessThanOrEqual(1);
        if (given.fill >= 0.85 || !given.auditAcks) expect(mode).toBe('blocked');
        else if (given.delaySeconds !== undefined && given.delaySeconds >= 60) expect(scale).toBe(0);
      }
      expect(door.tick({ delaySeconds: 0 }, 90_000 / TICK_MS)).toEqual(OPEN);
    }));
  });

  it('asks those that it sheds to come back when the lag may be gone, not all at once', () => {
    expect(retryAfterSeconds(60, 60, () => 0.5)).toBe(45);
    expect([retryAfterSeconds(60, 60, () => 0), retryAfterSeconds(60, 60, () => 1)]).toEqual([36, 54]);
    expect(retryAfterSeconds(10_000, 60, () => 0.5)).toBe(120);
    expect(retryAfterSeconds(0, 60, () => 0)).toBe(1);
  });
});
