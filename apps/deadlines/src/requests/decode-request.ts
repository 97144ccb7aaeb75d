import { correlationId, HEADER, isUuid, parseStrictJson, payloadDigest, poison, readEnvelope } from '@docket/contracts';
import type { Decoder } from '@docket/stage';

/**
 * Decoder of `records.requests`: strict JSON with a CloudEvents envelope. The identity is told without trusting
 * the payload; the handler is given the value as it was parsed.
 */
export const decodeRequest: Decoder = ({ value, headers }) => {
  if (!value) throw poison('DOCKET_REQUEST_EMPTY', 'the record has no value: a request is never deleted by a tombstone');
  const { id, source } = readEnvelope(headers);
  const data = parseStrictJson(value);
  const unit = correlationId(text(data, 'tenant'), source, id, text(data, 'requestId'));
  const batch = headers[HEADER.batchTraceId];
  return {
    identity: { correlationId: unit, batchTraceId: isUuid(batch) ? batch : unit, digest: payloadDigest(data) },
    data,
  };
};

/** A part that is no string counts as empty, so that an invalid request has an identity too. */
function text(data: unknown, name: string): string {
  const value = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}
