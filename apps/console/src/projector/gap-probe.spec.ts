import { ManualClock } from '@docket/contracts';
import { TopicNames } from '@docket/stage-kafka';
import { describe, expect, it } from 'vitest';
import { kafkaWith } from '../testing/fake-reader.js';
import { anyRecordIn } from './gap-probe.js';

const names = new TopicNames('x.');
const gap = (topic: string, partition: number, from: bigint, upTo: bigint) => ({ topic, partition, from, upTo });
/** Two topics of two partitions: `r` a record, `-` a transaction's marker. */
const kafka = kafkaWith({ 'x.a': ['rr--', 'rrr-'], 'x.b': ['----', 'r-r-r'] });

describe('a look for records in a gap', () => {
  it.each([
    ['no gap', [], false],
    ['markers behind the last record', [gap('a', 0, 2n, 4n)], false],
    ['markers between records, the next record at its end', [gap('b', 1, 1n, 2n)], false],
    ['a record', [gap('a', 1, 2n, 4n)], true],
    ['a record in one of several', [gap('a', 0, 2n, 4n), gap('b', 0, 0n, 4n), gap('b', 1, 1n, 4n)], true],
    ['none in any of several', [gap('a', 0, 2n, 4n), gap('a', 1, 3n, 4n), gap('b', 0, 0n, 4n)], false],
    ['offsets that the partition does not have', [gap('a', 0, 4n, 9n), gap('c', 0, 0n, 9n)], false],
  ])('tells %s', async (_, gaps, found) => {
    expect(await anyRecordIn(gaps, kafka, names, new ManualClock())).toBe(found);
  });

  it('finds nothing where all was deleted', async () => {
    expect(await anyRecordIn([gap('a', 0, 0n, 4n)], kafkaWith({ 'x.a': ['rr--'] }, { low: 4 }), names, new ManualClock())).toBe(false);
  });

  it('takes for a record what cannot be told in time', async () => {
    const clock = new ManualClock();
    const looked = anyRecordIn([gap('a', 0, 2n, 4n)], kafkaWith({ 'x.a': ['rr--'] }, { silent: true }), names, clock);
    await new Promise(setImmediate);
    clock.advance(60_000);
    expect(await looked).toBe(true);
  });

  it('ends where the brokers stop answering', async () => {
    const gone = kafkaWith({ 'x.a': ['rr--'] }, { fails: new Error('gone') });
    await expect(anyRecordIn([gap('a', 0, 2n, 4n)], gone, names, new ManualClock())).rejects.toThrow('gone');
  });
});
