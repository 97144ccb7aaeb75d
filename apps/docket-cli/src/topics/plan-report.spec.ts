import { topicCatalogue } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { planReport, planSheet, regrown } from './plan-report.js';

const [first, second] = topicCatalogue({ lanes: ['standard'], partitions: 6, replication: 1 });
const drift = [
  { topic: 'outcomes', setting: 'partitions', expected: '6', actual: '3' },
  { topic: 'outcomes', setting: 'cleanup.policy', expected: 'compact', actual: 'delete' },
];
const plan = { missing: first && second ? [first, second] : [], drift, unchanged: 10 };

describe('the report of a plan', () => {
  it('counts a topic that differs once, and not among the unchanged', () => {
    expect(planReport(plan).unchanged).toBe(9);
  });

  it('has a row for each finding', () => {
    expect(planSheet(planReport(plan)).rows).toEqual([
      ['grants.inbound', 'missing', 'partitions', '6', ''],
      ['grants.submissions', 'missing', 'partitions', '6', ''],
      ['outcomes', 'differs', 'partitions', '6', '3'],
      ['outcomes', 'differs', 'cleanup.policy', 'compact', 'delete'],
    ]);
  });

  it('tells which topics have another number of partitions', () => {
    expect(regrown(planReport(plan)).map((entry) => entry.topic)).toEqual(['outcomes']);
  });
});
