import { describe, expect, it } from 'vitest';
import { groupReports, groupSheet } from './group-report.js';

const lags = [
  { group: 'docket-console', topic: 'outcomes', partition: 1, records: 3 },
  { group: 'docket-console', topic: 'outcomes', partition: 0, records: 2 },
  { group: 'docket-console', topic: 'audit.log', partition: 0, records: 0 },
];
const status = { group: 'console', state: 'stable' as const, members: [{ clientId: 'docket-console-0', host: '', assignment: new Map([['outcomes', [1]]]) }] };

describe('the report of groups', () => {
  it('sums partitions, lists them in order, and names their owners', () => {
    expect(groupReports(lags, () => ({ status }))).toMatchObject([
      { group: 'docket-console', topic: 'outcomes', state: 'stable', members: 1, records: 5, partitions: [{ partition: 0, owner: null, records: 2 }, { partition: 1, owner: 'docket-console-0', records: 3 }] },
      { group: 'docket-console', topic: 'audit.log', records: 0, partitions: [{ partition: 0, owner: null, records: 0 }] },
    ]);
  });

  it('has a row for each group and topic', () => {
    expect(groupSheet(groupReports(lags, () => ({ status })), false).rows).toEqual([
      ['docket-console', 'outcomes', 'stable', 1, '1/2', 5], ['docket-console', 'audit.log', 'stable', 1, '0/1', 0],
    ]);
  });

  it('says paused only of a group that stands, and unknown where nothing is known', () => {
    const stateWith = (facts: Parameters<typeof groupReports>[1]) => groupReports(lags.slice(2), facts)[0]?.state;
    expect(stateWith(() => ({ status, isPaused: true }))).toBe('paused');
    expect(stateWith(() => ({ status: { ...status, state: 'rebalancing' }, isPaused: true }))).toBe('rebalancing');
    expect(stateWith(() => ({}))).toBe('unknown');
  });
});
