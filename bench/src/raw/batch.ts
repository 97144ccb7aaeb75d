import type { Batch, Message } from 'kafkajs-raw';
import { applyHop, type Hop } from '../workload/hops.js';
import { envelope } from './envelope.js';

/** What a batch becomes in the next topic; keys stay. `withEnvelope`: with the headers that Docket writes. */
export async function appliedTo(batch: Batch, hop: Hop, withEnvelope = false): Promise<Message[]> {
  const messages: Message[] = [];
  for (const message of batch.messages) {
    const value = await applyHop(hop, message.value);
    messages.push(withEnvelope ? { key: message.key, value, headers: { ...envelope(message, hop) } } : { key: message.key, value });
  }
  return messages;
}

/** The offset to commit once the batch is done. */
export function nextOffset(batch: Batch): string {
  return String(BigInt(batch.lastOffset()) + 1n);
}
