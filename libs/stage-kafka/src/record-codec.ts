import type { Headers } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import type { KafkaMessage } from 'kafkajs';

/** More than any writer needs; beyond it a copy of the record might fit none of our topics. */
const MAX_KEY_BYTES = 1024;
const MAX_HEADER_BYTES = 16 * 1024;

/** Any client may have written this: a header may be null, empty, repeated, or large. */
type ForeignHeaders = Readonly<Record<string, string | Buffer | null | undefined | (string | Buffer | null)[]>>;

/**
 * Reads a record without ever throwing: what escaped here would end kafkajs's consumer for good. Value, key and
 * headers are copies: a slice kept longer would pin the whole fetch in memory. Key and headers beyond their bounds
 * are cut off and the record is marked as oversized, for its stage to treat as poison.
 */
export function toInputRecord(topic: string, partition: number, message: KafkaMessage): InputRecord {
  const { headers, bytes } = toHeaders(message.headers ?? {});
  const keyBytes = message.key?.length ?? 0;
  const oversized = keyBytes > MAX_KEY_BYTES || bytes > MAX_HEADER_BYTES;
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    // A record of an old format has none.
    timestamp: Math.max(0, Number(message.timestamp)),
    key: message.key === null ? null : message.key.subarray(0, MAX_KEY_BYTES).toString('utf8'),
    value: message.value === null ? null : copyOf(message.value),
    headers: bytes > MAX_HEADER_BYTES ? {} : headers,
    ...(oversized && { oversized }),
  };
}

/** With memory of its own: from Node's pool, a record that is kept would keep 64 KiB with it. */
function copyOf(value: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(value.length);
  value.copy(copy);
  return copy;
}

/** Of a header given more than once the last counts; one without a value counts as not given. */
function toHeaders(given: ForeignHeaders): { headers: Headers; bytes: number } {
  const headers: Record<string, string> = {};
  let bytes = 0;
  for (const name in given) {
    const all = given[name];
    const value = Array.isArray(all) ? all.at(-1) : all;
    bytes += Array.isArray(all) ? all.reduce((sum, one) => sum + name.length + (one?.length ?? 0), 0) : name.length + (value?.length ?? 0);
    if (value !== undefined && value !== null && bytes <= MAX_HEADER_BYTES) headers[name.toLowerCase()] = value.toString();
  }
  return { headers, bytes };
}
