import { describe, expect, it } from 'vitest';
import { lagByTopic, lagKey } from './lag-by-topic.js';

const at = '2026-11-20T12:00:00.000Z';

describe('lag by topic', () => {
  it('sums partitions, and keeps groups and topics apart', () => {
    const lags = [
      { group: 'docket-console', topic: 'outcomes', partition: 0, records: 2 },
      { group: 'docket-console', topic: 'outcomes', partition: 1, records: 3 },
      { group: 'docket-console', topic: 'audit.log', partition: 0, records: 0 },
      { group: 'docket-auditor', topic: 'audit.log', partition: 0, records: 7 },
    ];
    expect(lagByTopic(lags, at)).toEqual([
      { group: 'docket-console', topic: 'outcomes', records: 5, at },
      { group: 'docket-console', topic: 'audit.log', records: 0, at },
      { group: 'docket-auditor', topic: 'audit.log', records: 7, at },
    ]);
  });

  it('keys by group and topic', () => {
    expect(lagKey({ group: 'docket-executor', topic: 'grants.validated' })).toBe('docket-executor/grants.validated');
  });
});
