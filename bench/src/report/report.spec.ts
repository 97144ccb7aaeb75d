import { expect, it } from 'vitest';
import type { Machine } from '../machine.js';
import { reportOf } from './report.js';
import type { Sample } from './sample.js';
import { figure, tableOf } from './table.js';

const machine: Machine = { cpu: 'Example CPU', cores: 2, memoryGiB: 24, node: '24.0.0', kafka: '4.1.1', java: '17.0.1', date: '2026-01-01T00:00:00.000Z', load: 0.1 };
const sample = (subject: string, round: number, value: number): Sample => ({ subject, round, metric: 'throughput', unit: 'units/s', value });
const samples = [sample('ours', 1, 12_000), sample('peer', 1, 9_000), sample('ours', 2, 14_000.4), sample('peer', 2, 11_000)];
const report = reportOf('stage', machine, 2, samples, [{ name: 'throughput', metric: 'throughput', of: 'ours', over: ['peer'], better: 'higher' }]);

it('has a row for each subject and metric', () => {
  expect(report.rows).toEqual([
    { subject: 'ours', metric: 'throughput', unit: 'units/s', min: 12_000, median: 13_000.2, max: 14_000.4 },
    { subject: 'peer', metric: 'throughput', unit: 'units/s', min: 9_000, median: 10_000, max: 11_000 },
  ]);
  expect(report.ratios['throughput']).toBeCloseTo(1.3);
});

it('is shown as a table', () => {
  expect(tableOf(report)).toBe(
    [
      'stage, 2 rounds; 2 cores of Example CPU, Node 24.0.0, Kafka 4.1.1, Java 17.0.1',
      '',
      'subject  metric         min  median     max  unit',
      '-------  ----------  ------  ------  ------  -------',
      'ours     throughput  12,000  13,000  14,000  units/s',
      'peer     throughput   9,000  10,000  11,000  units/s',
      '',
      'ratio throughput: 1.30',
    ].join('\n'),
  );
});

it('shows three digits at least', () => {
  expect([1.234, 12.345, 123.45, 12_345].map(figure)).toEqual(['1.23', '12.3', '123', '12,345']);
});
