import type { InputRecord } from '@docket/stage';
import type { Batch } from './kafka-types.js';

/** Reads a record; values are copies, for a slice would pin the whole fetch. Of a header given more than once the last counts. */
export function toReadRecord(topic: string, partition: number, message: Batch['messages'][number]): InputRecord {
  const headers: Record<string, string> = {};
  for (const [name, given] of Object.entries(message.headers ?? {})) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined) headers[name.toLowerCase()] = value.toString();
  }
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key === null ? null : message.key.toString('utf8'),
    value: message.value === null ? null : Buffer.from(message.value),
    headers,
  };
}
