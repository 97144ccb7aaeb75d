import { describe, expect, it } from 'vitest';
import { groupReports, groupSheet } from './group-report.js';

const lags = [
  { group: 'docket-console', topic: 'outcomes', partition: 1, records: 3 },
  { group: 'docket-console', topic: 'outcomes', partition: 0, records: 2 },
  { group: 'docket-console', topic: 'audit.log', partition: 0, records: 0 },
];

describe('the report of groups', () => {
  it('sums partitions and lists them in order', () => {
    expect(groupReports(lags)).toEqual([
      { group: 'docket-console', topic: 'outcomes', records: 5, partitions: [{ partition: 0, records: 2 }, { partition: 1, records: 3 }] },
      { group: 'docket-console', topic: 'audit.log', records: 0, partitions: [{ partition: 0, records: 0 }] },
    ]);
  });

  it('has a row for each group and topic', () => {
    expect(groupSheet(groupReports(lags)).rows).toEqual([['docket-console', 'outcomes', 5], ['docket-console', 'audit.log', 0]]);
  });
});
