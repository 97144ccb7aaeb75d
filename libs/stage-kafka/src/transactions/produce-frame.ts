import { ByteWriter } from './byte-writer.js';
import { crc32c } from './crc32c.js';
import type { PartitionGroup } from './partition-groups.js';
import { putRecord, recordBound } from './record-encoder.js';
import { API, startRequest } from './request.js';

/** What one request carries: a larger batch would exceed what the broker takes per partition. A record over it goes alone. */
export const MAX_SEND_BYTES = 512 * 1024;

/** Room for the heads of requests, topics and batches, and for a last record that may prove one too many. */
export const FRAME_BYTES = MAX_SEND_BYTES + 96 * 1024;

/** A topic's name (249 at most) and counts, a partition's number and length, the head of a batch. */
const BATCH_HEAD_BOUND = 352;
const TRANSACTIONAL = 0x10;

/** Who writes: a producer, and the number of the next record of each partition. */
export interface BatchProducer {
  readonly transactionalId: string;
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** Takes `count` numbers and returns the first. */
  takeSequence(topic: string, partition: number, count: number): number;
}

/** How far groups are written: what does not fit into one request goes with the next. */
export interface Cursor {
  group: number;
  record: number;
}

/**
 * Writes a Produce request of version 7 with as much of the groups as fits, from the cursor on, which it moves.
 * Everything is encoded once, in its final place. `buffer` is replaced where a single record needs more.
 */
export function produceFrame(
  buffer: Buffer, clientId: string, producer: BatchProducer, groups: readonly PartitionGroup[], cursor: Cursor, timestamp: number,
): Buffer {
  const next = groups[cursor.group]?.records[cursor.record];
  const needed = next ? recordBound(next) + BATCH_HEAD_BOUND + 1024 : 0;
  const out = new ByteWriter(needed > buffer.length ? Buffer.allocUnsafe(needed) : buffer);
  const size = startRequest(out, API.produce, clientId);
  out.string(producer.transactionalId);
  out.int16(-1); // acks: all in-sync replicas
  out.int32(10_000); // how long the broker waits for them
  const topicCount = out.placeInt32();
  let topics = 0;
  let topic = '';
  let partitionCount = 0;
  let partitions = 0;
  const first = out.at;
  for (let group = groups[cursor.group]; group; group = groups[cursor.group]) {
    const before = out.at;
    if (before + BATCH_HEAD_BOUND > out.buffer.length) break;
    if (group.topic !== topic) {
      out.string(group.topic);
      partitionCount = out.placeInt32();
    }
    const isNewTopic = group.topic !== topic;
    const written = putBatch(out, producer, group, cursor.record, { from: first, isEmpty: topics === 0 }, timestamp);
    if (written === 0) {
      out.at = before;
      break;
    }
    if (isNewTopic) {
      topic = group.topic;
      topics++;
      partitions = 0;
    }
    out.view.setInt32(partitionCount, ++partitions);
    cursor.record += written;
    if (cursor.record < group.records.length) break;
    cursor.group++;
    cursor.record = 0;
  }
  out.view.setInt32(topicCount, topics);
  out.lengthAt(size);
  return out.buffer.subarray(0, out.at);
}

interface Request {
  /** Where its topics begin. */
  readonly from: number;
  readonly isEmpty: boolean;
}

/** Writes a partition's number and a record batch (magic 2) of as many records as fit; returns how many. */
function putBatch(out: ByteWriter, producer: BatchProducer, group: PartitionGroup, from: number, request: Request, timestamp: number): number {
  const { buffer, view } = out;
  out.int32(group.partition);
  const bytes = out.placeInt32();
  out.int64(0n); // base offset: the broker's
  const batchLength = out.placeInt32();
  out.int32(-1); // leader epoch: the broker's
  out.int8(2); // magic
  const crc = out.placeInt32();
  out.int16(TRANSACTIONAL);
  const lastOffsetDelta = out.placeInt32();
  out.int64(BigInt(timestamp));
  out.int64(BigInt(timestamp));
  out.int64(producer.producerId);
  out.int16(producer.producerEpoch);
  const sequence = out.placeInt32();
  const recordCount = out.placeInt32();
  const start = out.at;
  let count = 0;
  for (let i = from; i < group.records.length; i++) {
    const record = group.records[i];
    if (!record || out.at + recordBound(record) > buffer.length) break;
    const end = putRecord(buffer, out.at, count, record);
    // The first record of a request goes, however large.
    if (end - request.from > MAX_SEND_BYTES && (count > 0 || !request.isEmpty)) break;
    out.at = end;
    count++;
  }
  if (out.at === start) return 0;
  view.setInt32(sequence, producer.takeSequence(group.topic, group.partition, count));
  view.setInt32(recordCount, count);
  view.setInt32(lastOffsetDelta, count - 1);
  out.lengthAt(bytes);
  out.lengthAt(batchLength);
  view.setUint32(crc, crc32c(buffer, crc + 4, out.at));
  return count;
}
