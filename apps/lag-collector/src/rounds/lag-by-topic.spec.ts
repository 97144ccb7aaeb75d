import { describe, expect, it } from 'vitest';
import { lagByTopic } from './lag-by-topic.js';

const at = '2026-11-20T12:00:00.000Z';

describe('lag by topic', () => {
  it('sums partitions, tells the oldest record and the worst health, and keeps groups and topics apart', () => {
    const lags = [
      { group: 'docket-console', topic: 'outcomes', partition: 0, records: 2, seconds: 4, drainSeconds: 1, health: 'STALL' },
      { group: 'docket-console', topic: 'outcomes', partition: 1, records: 3, seconds: 0.5, drainSeconds: 3, health: 'OK' },
      { group: 'docket-console', topic: 'audit.log', partition: 0, records: 0, seconds: 0, drainSeconds: 0, health: 'OK' },
      { group: 'docket-auditor', topic: 'audit.log', partition: 0, records: 7, seconds: 1, drainSeconds: 0, health: 'WARN' },
    ] as const;
    expect(lagByTopic(lags, at)).toEqual([
      { group: 'docket-console', topic: 'outcomes', records: 5, seconds: 4, drainSeconds: 3, status: 'STALL', at },
      { group: 'docket-console', topic: 'audit.log', records: 0, seconds: 0, drainSeconds: 0, status: 'OK', at },
      { group: 'docket-auditor', topic: 'audit.log', records: 7, seconds: 1, drainSeconds: 0, status: 'WARN', at },
    ]);
  });
});
