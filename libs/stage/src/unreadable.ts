import { HEADER, isUuid, originId, sha256Hex } from '@docket/contracts';
import type { Decoded, InputRecord } from './record.js';

/** The identity of a record that cannot be read is the place where it lies. */
export function unreadable(record: InputRecord): Decoded {
  const { [HEADER.operation]: operation, [HEADER.correlationId]: given } = record.headers;
  // Put back by an operation: it keeps the id that it had where it lay first.
  const id = operation !== undefined && isUuid(given) ? given : originId(record.topic, record.partition, record.offset);
  return { identity: { correlationId: id, batchTraceId: id, digest: sha256Hex(record.value ?? '') }, data: undefined };
}
