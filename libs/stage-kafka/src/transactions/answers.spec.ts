import { expect, it } from 'vitest';
import { assertAllTaken, assertProduced, assertTaken, readProducerId } from './answers.js';
import { ByteWriter } from './byte-writer.js';
import { API } from './request.js';

function body(write: (out: ByteWriter) => void): Buffer {
  const out = new ByteWriter(Buffer.alloc(512));
  write(out);
  return out.buffer.subarray(0, out.at);
}

/** Two topics, the first with two partitions; `code` is the answer for the last of all. */
function topics(out: ByteWriter, code: number, more: number): void {
  out.int32(2);
  for (const [topic, partitions] of [['first', 2], ['second', 1]] as const) {
    out.string(topic);
    out.int32(partitions);
    for (let partition = 0; partition < partitions; partition++) {
      out.int32(partition);
      out.int16(topic === 'second' ? code : 0);
      out.at += more;
    }
  }
}

it('finds the refusal of one partition among all', () => {
  const added = (code: number) => body((out) => { out.int32(0); topics(out, code, 0); });
  const produced = (code: number) => body((out) => { topics(out, code, 24); out.int32(0); });
  expect(() => assertAllTaken(API.addPartitionsToTxn, added(0))).not.toThrow();
  expect(() => assertAllTaken(API.addPartitionsToTxn, added(51))).toThrow(expect.objectContaining({ api: 'AddPartitionsToTxn', errorCode: 51 }) as Error);
  expect(() => assertProduced(API.produce, produced(0))).not.toThrow();
  expect(() => assertProduced(API.produce, produced(47))).toThrow(expect.objectContaining({ api: 'Produce', errorCode: 47 }) as Error);
});

it('reads a single code, and who the producer is', () => {
  expect(() => assertTaken(API.endTxn, body((out) => { out.int32(5); out.int16(0); }))).not.toThrow();
  expect(() => assertTaken(API.endTxn, body((out) => { out.int32(5); out.int16(16); }))).toThrow('EndTxn was refused with Kafka\'s error code 16');
  const init = body((out) => { out.int32(0); out.int16(0); out.int64(2n ** 50n); out.int16(9); });
  expect(readProducerId(API.initProducerId, init)).toEqual({ producerId: 2n ** 50n, producerEpoch: 9 });
});

it('an answer that is cut off is an error', () => {
  const whole = body((out) => { topics(out, 0, 24); out.int32(0); });
  expect(() => assertProduced(API.produce, whole.subarray(0, 20))).toThrow(RangeError);
});
