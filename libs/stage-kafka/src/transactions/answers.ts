import { RefusedError } from './refused-error.js';
import type { Api } from './request.js';

/** Throttle time, then one error code: AddOffsetsToTxn, EndTxn. */
export function assertTaken(api: Api, body: Buffer): void {
  refuse(api, body.readInt16BE(4));
}

/** Throttle time, then an error code for each partition of each topic: AddPartitionsToTxn, TxnOffsetCommit. */
export function assertAllTaken(api: Api, body: Buffer): void {
  eachPartition(body, 4, 6, (at) => refuse(api, body.readInt16BE(at + 4)));
}

/** An error code for each partition of each topic, with offset, time and low watermark. */
export function assertProduced(api: Api, body: Buffer): void {
  eachPartition(body, 0, 30, (at) => refuse(api, body.readInt16BE(at + 4)));
}

/** Who the broker says that the producer is from now on. */
export function readProducerId(api: Api, body: Buffer): { readonly producerId: bigint; readonly producerEpoch: number } {
  assertTaken(api, body);
  return { producerId: body.readBigInt64BE(6), producerEpoch: body.readInt16BE(14) };
}

function refuse(api: Api, errorCode: number): void {
  if (errorCode !== 0) throw new RefusedError(api.name, errorCode);
}

/** Walks an array of topics, each a name and an array of partitions of `width` bytes. */
function eachPartition(body: Buffer, start: number, width: number, visit: (at: number) => void): void {
  let at = start + 4;
  for (let topics = body.readInt32BE(start); topics > 0; topics--) {
    at += 2 + body.readInt16BE(at);
    let partitions = body.readInt32BE(at);
    at += 4;
    for (; partitions > 0; partitions--, at += width) visit(at);
  }
}
