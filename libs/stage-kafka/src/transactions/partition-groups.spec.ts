import type { OutputRecord } from '@docket/stage';
import { expect, it } from 'vitest';
import { partitionOf } from '../murmur2.js';
import { TopicNames } from '../topic-names.js';
import { groupByPartition } from './partition-groups.js';

function record(topic: string, key: string, more: Partial<OutputRecord> = {}): OutputRecord {
  return { topic, key, value: null, headers: {}, ...more };
}

it('groups by topic and partition, in the order of writing, under cluster names', () => {
  const records = [
    record('out', '1', { partition: 2 }), record('ledger', '2', { partition: 0 }), record('out', '3', { partition: 1 }), record('out', '4', { partition: 2 }),
  ];
  const groups = groupByPartition(records, new TopicNames('x.'), () => 3);
  expect(groups.map(({ topic, partition, records: of }) => [topic, partition, of.map(({ key }) => key)])).toEqual([
    ['x.out', 2, ['1', '4']], ['x.out', 1, ['3']], ['x.ledger', 0, ['2']],
  ]);
});

it('takes the partition of the partition key, else of the key, as Java clients do', () => {
  const partitions = (given: OutputRecord) => groupByPartition([given], new TopicNames(), () => 24).map(({ partition }) => partition);
  expect(partitions(record('out', 'some key'))).toEqual([partitionOf('some key', 24)]);
  expect(partitions(record('out', 'some key', { partitionKey: 'other' }))).toEqual([partitionOf('other', 24)]);
  expect(partitions(record('out', 'some key', { partitionKey: 'other', partition: 5 }))).toEqual([5]);
});
