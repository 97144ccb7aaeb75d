import Broker, { type FetchedPartition } from 'kafkajs/src/broker/index.js';
import { mendMethod } from './mend-method.js';

/**
 * kafkajs 2.2.4 shows records of aborted transactions to readers of committed ones: it expects the broker's list of them in
 * the order in which they began, but it comes in the order in which they ended; it takes one of them a record, where a
 * fetch may begin in the midst of several; and it takes any key of four zero bytes for the end of one. Here what was
 * aborted is told apart as Kafka's own client does, and marked as a control record, which kafkajs passes over.
 */
export function mendAbortedRecords(): void {
  mendMethod(Broker.prototype, 'fetch', (fetch) => async function fetchCommitted(this: Broker, options) {
    const answer = await fetch.call(this, options);
    for (const { partitions } of answer.responses) for (const partition of partitions) passOverAborted(partition);
    return answer;
  });
}

/** Marks the aborted records of one partition, and leaves nothing for kafkajs to look for. */
export function passOverAborted(partition: FetchedPartition): void {
  const begun = (partition.abortedTransactions ?? [])
    .map(({ producerId, firstOffset }) => ({ producerId, first: BigInt(firstOffset) }))
    .sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0));
  if (begun.length === 0) return;
  partition.abortedTransactions = [];
  const aborting = new Set<string>();
  for (const message of partition.messages) {
    if (!message.batchContext) continue;
    const { producerId, inTransaction } = message.batchContext;
    const offset = BigInt(message.offset);
    for (let next = begun[0]; next && next.first <= offset; next = begun[0]) {
      aborting.add(next.producerId);
      begun.shift();
    }
    if (message.isControlRecord === true) {
      if (isAbort(message.key)) aborting.delete(producerId);
    } else if (inTransaction && aborting.has(producerId)) {
      message.isControlRecord = true;
    }
  }
}

/** Key of a control record: version, then its type, of which 0 is an abort. */
function isAbort(key: Buffer | null): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0;
}
