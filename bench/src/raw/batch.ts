import type { Batch, Message } from 'kafkajs-raw';
import { applyHop, type Hop } from '../workload/hops.js';

/** What a batch becomes in the next topic; keys stay. */
export async function appliedTo(batch: Batch, hop: Hop): Promise<Message[]> {
  const messages: Message[] = [];
  for (const { key, value } of batch.messages) messages.push({ key, value: await applyHop(hop, value) });
  return messages;
}

/** The offset to commit once the batch is done. */
export function nextOffset(batch: Batch): string {
  return String(BigInt(batch.lastOffset()) + 1n);
}
