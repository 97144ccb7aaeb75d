import { describe, expect, it } from 'vitest';
import type { Entry } from '../journal/entry.js';
import { Refusal } from '../refusal.js';
import { OutageFault } from './outage.fault.js';
import { QuotaFault } from './quota.fault.js';
import { retryAfterWriter } from './retry-after.js';
import { ThrottleFault } from './throttle.fault.js';

function clockAt(now: number) {
  return { time: now, now(): number { return this.time; }, schedule: () => () => undefined };
}

function refused(run: () => void): Refusal | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

const NOON = Date.UTC(2026, 10, 30, 12);

describe('ThrottleFault', () => {
  it('lets the burst pass, then so many a second, and says how long to wait', () => {
    const clock = clockAt(NOON);
    const fault = new ThrottleFault({ perSecond: 2, burst: 3 }, clock, retryAfterWriter('seconds', clock));
    const passed = () => Array.from({ length: 10 }, () => refused(() => { fault.onAdmission(); })).filter((refusal) => !refusal).length;
    expect(passed()).toBe(3);
    expect(refused(() => { fault.onAdmission(); })).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    clock.time += 499;
    expect(passed()).toBe(0);
    clock.time += 1;
    expect(passed()).toBe(1);
    clock.time += 60_000;
    expect(passed()).toBe(3);
  });

  it('waits no longer when the clock is set back', () => {
    const clock = clockAt(NOON);
    const fault = new ThrottleFault({ perSecond: 1, burst: 1 }, clock, retryAfterWriter('none', clock));
    fault.onAdmission();
    clock.time -= 3_600_000;
    expect(refused(() => { fault.onAdmission(); })).toMatchObject({ status: 429, headers: {} });
    clock.time += 1000;
    expect(refused(() => { fault.onAdmission(); })).toBeUndefined();
  });
});

describe('OutageFault', () => {
  it('is down from the first call on, for its time', () => {
    const clock = clockAt(NOON);
    const fault = new OutageFault(5000, clock, retryAfterWriter('seconds', clock));
    clock.time += 60_000;
    expect(refused(() => { fault.onArrival(); })).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    clock.time += 4999;
    expect(refused(() => { fault.onArrival(); })).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    clock.time += 1;
    expect(refused(() => { fault.onArrival(); })).toBeUndefined();
  });
});

describe('QuotaFault', () => {
  it('refuses new applications until the month ends, never the later steps', () => {
    const clock = clockAt(NOON);
    const fault = new QuotaFault(2, clock, retryAfterWriter('date', clock));
    fault.onAdmission('start');
    fault.onAdmission('start');
    expect(refused(() => { fault.onAdmission('start'); })).toMatchObject({ status: 429, headers: { 'retry-after': 'Tue, 01 Dec 2026 00:00:00 GMT' } });
    expect(refused(() => { fault.onAdmission('submit'); })).toBeUndefined();
    clock.time = Date.UTC(2026, 11, 1);
    expect(refused(() => { fault.onAdmission('start'); })).toBeUndefined();
  });

  it('counts what an earlier process accepted in this month', () => {
    const clock = clockAt(NOON);
    const fault = new QuotaFault(1, clock, retryAfterWriter('none', clock));
    const entry = (at: string): Entry => ({
      v: 1, at, funder: 'f', key: null, fingerprint: '', step: 'start', applicationId: 'a', competitionId: 'c', title: 't',
    });
    fault.onRecall(entry('2026-10-31T23:59:59.999Z'));
    fault.onRecall(entry('2026-11-01T00:00:00.000Z'));
    expect(refused(() => { fault.onAdmission('start'); })?.status).toBe(429);
  });
});

describe('retryAfterWriter', () => {
  it('rounds up to whole seconds in both forms', () => {
    const clock = clockAt(NOON + 1);
    expect(retryAfterWriter('seconds', clock)(1001)).toEqual({ 'retry-after': '2' });
    expect(retryAfterWriter('date', clock)(1000)).toEqual({ 'retry-after': 'Mon, 30 Nov 2026 12:00:02 GMT' });
  });
});
