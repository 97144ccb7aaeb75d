import { originId, sha256Hex } from '@docket/contracts';
import type { Decoded, InputRecord } from './record.js';

/** The identity of a record that cannot be read is the place where it lies. */
export function unreadable(record: InputRecord): Decoded {
  const id = originId(record.topic, record.partition, record.offset);
  return { identity: { correlationId: id, batchTraceId: id, digest: sha256Hex(record.value ?? '') }, data: undefined };
}
