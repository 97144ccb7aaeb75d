import { correlationId, HEADER, isUuid, parseStrictJson, payloadDigest, poison, readEnvelope } from '@docket/contracts';
import type { Decoder } from './record.js';

/**
 * Decoder of topics that others write: strict JSON under the CloudEvents headers of readEnvelope; the handler is given the
 * value as it was parsed. The unit is told by its correlation id where it has one, else by source, id and record key.
 */
export const eventDecoder: Decoder = ({ key, value, headers }) => {
  if (!value) throw poison('DOCKET_EVENT_EMPTY', 'the record has no value: an event is never deleted by a tombstone');
  const { id, source } = readEnvelope(headers);
  const data = parseStrictJson(value);
  const given = headers[HEADER.correlationId];
  const unit = isUuid(given) ? given : correlationId('', source, id, key ?? '');
  const batch = headers[HEADER.batchTraceId];
  return { identity: { correlationId: unit, batchTraceId: isUuid(batch) ? batch : unit, digest: payloadDigest(data) }, data };
};
