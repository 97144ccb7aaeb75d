import type { Headers } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import type { IHeaders, KafkaMessage } from 'kafkajs';

/** Key and headers become strings: a slice kept longer would pin the whole fetch in memory. */
export function toInputRecord(topic: string, partition: number, message: KafkaMessage): InputRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key === null ? null : message.key.toString('utf8'),
    value: message.value,
    headers: toHeaders(message.headers),
  };
}

/** Of a header given more than once the last counts. */
function toHeaders(headers: IHeaders | undefined): Headers {
  const result: Record<string, string> = {};
  for (const [name, given] of Object.entries(headers ?? {})) {
    const value = Array.isArray(given) ? given.at(-1) : given;
    if (value !== undefined) result[name.toLowerCase()] = value.toString();
  }
  return result;
}
