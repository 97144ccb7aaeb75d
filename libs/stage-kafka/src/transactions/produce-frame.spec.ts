import type { OutputRecord } from '@docket/stage';
import Decoder from 'kafkajs/src/protocol/decoder.js';
import decodeBatch from 'kafkajs/src/protocol/recordBatch/v0/decoder.js';
import { expect, it } from 'vitest';
import { crc32c } from './crc32c.js';
import type { PartitionGroup } from './partition-groups.js';
import { FRAME_BYTES, MAX_SEND_BYTES, produceFrame, type BatchProducer, type Cursor } from './produce-frame.js';

const NOW = Date.UTC(2027, 0, 1);

function producer(): BatchProducer & { readonly taken: string[] } {
  const taken: string[] = [];
  return {
    taken, transactionalId: 'docket-executor-3-a', producerId: 2n ** 40n + 7n, producerEpoch: 12,
    takeSequence: (topic, partition, count) => taken.push(`${topic}/${partition}+${count}`) * 100,
  };
}

function record(value: string | null, more: Partial<OutputRecord> = {}): OutputRecord {
  return { topic: 'out', key: 'key', value: value === null ? null : Buffer.from(value), headers: {}, ...more };
}

/** Reads a request with kafkajs's decoders. */
async function read(frame: Buffer) {
  const decoder = new Decoder(frame);
  expect(decoder.readInt32()).toBe(frame.length - 4);
  expect([decoder.readInt16(), decoder.readInt16(), decoder.readInt32(), decoder.readString()]).toEqual([0, 7, 0, 'client']);
  expect([decoder.readString(), decoder.readInt16(), decoder.readInt32()]).toEqual(['docket-executor-3-a', -1, 10_000]);
  const batches = [];
  for (let topics = decoder.readInt32(); topics > 0; topics--) {
    const topic = decoder.readString();
    for (let partitions = decoder.readInt32(); partitions > 0; partitions--) {
      const partition = decoder.readInt32();
      const bytes = decoder.readInt32();
      const start = decoder.offset;
      expect(frame.readUInt32BE(start + 17)).toBe(crc32c(frame, start + 21, start + bytes));
      batches.push({ topic, partition, ...(await decodeBatch(decoder)) });
      expect(decoder.offset).toBe(start + bytes);
    }
  }
  expect(decoder.offset).toBe(frame.length);
  return batches;
}

/** All requests that it takes to write the groups. */
async function write(groups: readonly PartitionGroup[], by = producer()) {
  const cursor: Cursor = { group: 0, record: 0 };
  const frames: Buffer[] = [];
  while (cursor.group < groups.length) frames.push(produceFrame(Buffer.alloc(FRAME_BYTES), 'client', by, groups, cursor, NOW));
  return { frames, batches: await Promise.all(frames.map(read)) };
}

it('writes what kafkajs reads: keys, values, headers, producer and place', async () => {
  const headers = { ce_id: 'ü', empty: '', long: '✈'.repeat(5_000), ascii: 'a'.repeat(64), ...Object.fromEntries(Array.from({ length: 70 }, (_, i) => [`h${i}`, `${i}`])) };
  const by = producer();
  const { batches } = await write([
    { topic: 'p.out', partition: 3, records: [record('one', { headers }), record(null, { key: '' }), record('', { key: 'Schlüssel 🗝'.repeat(10) })] },
    { topic: 'p.out', partition: 0, records: [record('two')] },
    { topic: 'p.ledger', partition: 1, records: [record('x'.repeat(9_000))] },
  ], by);
  const [[first, second, third] = []] = batches;
  expect(first).toMatchObject({
    topic: 'p.out', partition: 3, firstSequence: 100, lastOffsetDelta: 2, producerId: String(by.producerId), producerEpoch: 12, inTransaction: true,
    firstTimestamp: String(NOW), maxTimestamp: String(NOW),
  });
  expect(first?.records.map((one) => [one.offset, String(one.key), one.value === null ? null : String(one.value)])).toEqual([
    ['0', 'key', 'one'], ['1', '', null], ['2', 'Schlüssel 🗝'.repeat(10), ''],
  ]);
  expect(Object.entries(first?.records[0]?.headers ?? {}).map(([name, value]) => [name, String(value)])).toEqual(Object.entries(headers));
  expect(second).toMatchObject({ topic: 'p.out', partition: 0, firstSequence: 200 });
  expect(third).toMatchObject({ topic: 'p.ledger', partition: 1, firstSequence: 300 });
  expect(String(third?.records[0]?.value)).toBe('x'.repeat(9_000));
  expect(by.taken).toEqual(['p.out/3+3', 'p.out/0+1', 'p.ledger/1+1']);
});

it('pitfall 20: cuts what exceeds the bound of a request, and loses and doubles nothing', async () => {
  const values = Array.from({ length: 1_500 }, (_, i) => `${i} ${'v'.repeat((i * 37) % 3_000)}`);
  const groups = [0, 1, 2].map((partition) => ({ topic: 'out', partition, records: values.filter((_, i) => i % 3 === partition).map((value) => record(value)) }));
  const by = producer();
  const { frames, batches } = await write(groups, by);
  expect(frames.length).toBeGreaterThan(4);
  for (const [i, frame] of frames.entries()) {
    expect(frame.length).toBeLessThanOrEqual(MAX_SEND_BYTES + 100);
    if (i < frames.length - 1) expect(frame.length).toBeGreaterThan(MAX_SEND_BYTES - 4_000);
  }
  for (const { partition, records } of groups) {
    const written = batches.flat().filter((batch) => batch.partition === partition).flatMap((batch) => batch.records);
    expect(written.map(({ value }) => String(value))).toEqual(records.map(({ value }) => String(value)));
  }
  expect(by.taken).toEqual(batches.flat().map(({ topic, partition, records }) => `${topic}/${partition}+${records.length}`));
});

it('sends a record above the bound alone', async () => {
  const huge = record('h'.repeat(700 * 1024));
  const { batches } = await write([
    { topic: 'a', partition: 0, records: [record('1'), huge, record('2')] },
    { topic: 'b', partition: 0, records: [huge, huge] },
  ]);
  expect(batches.map((of) => of.map(({ topic, records }) => [topic, records.length]))).toEqual([[['a', 1]], [['a', 1]], [['a', 1]], [['b', 1]], [['b', 1]]]);
});

it('counts bytes, not characters', async () => {
  const records = Array.from({ length: 100 }, () => record('v', { key: '空'.repeat(300), headers: { long: '✈'.repeat(2_000) } }));
  const { frames, batches } = await write([{ topic: 'out', partition: 0, records }]);
  expect(frames.every((frame) => frame.length <= MAX_SEND_BYTES + 100)).toBe(true);
  expect(batches.flat().reduce((sum, batch) => sum + batch.records.length, 0)).toBe(100);
});
