import { DocketError, ManualClock } from '@docket/contracts';
import { describe, expect, it, vi } from 'vitest';
import type { FunderConnector } from '../connectors/connector.port.js';
import { FunderError, isAnswer, isOutage } from '../connectors/funder-error.js';
import { QuotaCounts } from '../limits/quota-counts.js';
import { FunderAccess } from './funder-access.js';
import type { WebhookFunder } from './funder-registry.schema.js';

const connector: FunderConnector = { capabilities: { repeat: 'none' }, submit: () => Promise.reject(new Error('not called')), close: () => Promise.resolve() };

function access(limits: Partial<WebhookFunder['limits']>) {
  const clock = new ManualClock();
  const gauges = new Map<string, number>();
  const metrics = { set: (name: string, value: number, labels: Readonly<Record<string, string>> = {}) => void gauges.set(`${name} ${Object.values(labels).join(' ')}`, value) };
  const funder: WebhookFunder = {
    id: 'hook', connector: 'webhook', url: 'http://127.0.0.1:1', repeat: 'none', deadlineMs: 5_000, maxConnections: 3, limits: { timeZone: 'UTC', ...limits },
  };
  return { clock, gauges, access: new FunderAccess(funder, connector, { counts: new QuotaCounts('w'), clock, metrics }) };
}

/** The gate of a funder: what must wait is held back, and uses up neither tries nor a turn. */
describe('FunderAccess', () => {
  it('lets as many run at once as the funder may be given', () => {
    const { access: it } = access({ concurrency: 2 });
    expect([0, 1, 2, 3].map((running) => it.waitMs(running) > 0)).toEqual([false, false, true, true]);
    expect(access({}).access.concurrency).toBe(3);
  });

  it('counts a turn only for what may begin', () => {
    const { access: it, clock } = access({ concurrency: 1, perSecond: 2, burst: 1 });
    expect(it.waitMs(1)).toBeGreaterThan(0);
    expect(it.waitMs(0)).toBe(0);
    expect(it.waitMs(0)).toBe(500);
    clock.advance(500);
    expect(it.waitMs(0)).toBe(0);
  });

  it('makes nothing wait that is going to be parked', () => {
    const { access: it } = access({ concurrency: 1, perSecond: 1, burst: 1, perDay: 1 });
    it.quota?.place('unit').count();
    expect([it.waitMs(0), it.waitMs(1), it.waitMs(9)]).toEqual([0, 0, 0]);
  });

  it('closes while the funder is out, and lets one through to see whether it is back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      const { access: it, gauges } = access({});
      const out = new FunderError('DOCKET_FUNDER_UNAVAILABLE', 'm', 'unknown', { kind: 'retriable' });
      for (let n = 0; n < 10; n++) await expect(it.breaker.run(() => Promise.reject(out))).rejects.toBe(out);
      expect(it.waitMs(0)).toBe(10_000);
      expect(gauges.get('breaker_state funder hook open')).toBe(1);
      vi.advanceTimersByTime(10_000);
      expect([it.waitMs(0), it.waitMs(1) > 0]).toEqual([0, true]);
      const lease = new DocketError('DOCKET_LEASE', 'm', { kind: 'throttled' });
      await expect(it.breaker.run(() => Promise.reject(lease))).rejects.toBe(lease);
      // Nothing was sent: whether the funder is back is not known.
      expect(it.waitMs(0)).toBe(10_000);
      vi.advanceTimersByTime(10_000);
      await it.breaker.run(() => Promise.resolve());
      expect(it.waitMs(1)).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('isAnswer', () => {
  const of = (code: `DOCKET_${string}`, cause?: unknown) => isAnswer(new DocketError(code, 'm', { kind: 'retriable', cause }));

  it('is true of what the funder said, never of what ended before it could', () => {
    const said = ['THROTTLED', 'BUSY', 'REFUSED', 'CONFLICT', 'CREDENTIALS', 'ENDPOINT', 'ANSWER'] as const;
    expect(said.filter((name) => !of(`DOCKET_FUNDER_${name}`))).toEqual([]);
    expect((['DOCKET_LEASE', 'DOCKET_CREDENTIAL', 'DOCKET_GRANT_PAYLOAD', 'DOCKET_FUNDER_STOPPED', 'DOCKET_IN_DOUBT'] as const).filter((code) => of(code))).toEqual([]);
    expect(isAnswer(new Error('any'))).toBe(false);
    expect(of('DOCKET_IN_DOUBT', new FunderError('DOCKET_FUNDER_BUSY', 'm', 'unknown', { kind: 'retriable' }))).toBe(true);
  });
});

describe('isOutage', () => {
  const of = (code: `DOCKET_${string}`, cause?: unknown) => isOutage(new FunderError(code, 'm', 'none', { kind: 'retriable', cause }));

  it('counts what the funder fails at, never what it refuses or throttles', () => {
    expect(['DOCKET_FUNDER_UNAVAILABLE', 'DOCKET_FUNDER_TIMEOUT'].every((code) => of(code as 'DOCKET_X'))).toBe(true);
    const others = ['THROTTLED', 'BUSY', 'REFUSED', 'CONFLICT', 'CREDENTIALS', 'ENDPOINT', 'ANSWER', 'STOPPED'];
    expect(others.some((name) => of(`DOCKET_FUNDER_${name}`))).toBe(false);
    expect(isOutage(new Error('any'))).toBe(false);
  });

  it('counts a time-out that left a grant in doubt', () => {
    expect(of('DOCKET_IN_DOUBT', new FunderError('DOCKET_FUNDER_TIMEOUT', 'm', 'unknown', { kind: 'retriable' }))).toBe(true);
    expect(of('DOCKET_IN_DOUBT')).toBe(false);
  });
});
