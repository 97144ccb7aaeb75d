import { correlationId, HEADER, payloadDigest } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import { describe, expect, it } from 'vitest';
import { decodeRequest } from './decode-request.js';

const value = { requestId: 'FOIA-2026-0001', tenant: 'example-agency', jurisdiction: 'US', receivedOn: '2026-11-20' };
const headers = {
  [HEADER.id]: 'id-1', [HEADER.source]: '/tenants/example-agency/http', [HEADER.type]: 'docket.request.received.v1',
  [HEADER.contentType]: 'application/json',
};
const unit = correlationId('example-agency', '/tenants/example-agency/http', 'id-1', 'FOIA-2026-0001');

function record(body: unknown, more: Record<string, string> = {}): InputRecord {
  const bytes = body === null ? null : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { topic: 'records.requests', partition: 0, offset: 1n, timestamp: 0, key: 'FOIA-2026-0001', value: bytes, headers: { ...headers, ...more } };
}

describe('decoding a request', () => {
  it('derives the identity from tenant, source, id and request id', () => {
    expect(decodeRequest(record(value))).toEqual({
      identity: { correlationId: unit, batchTraceId: unit, digest: payloadDigest(value) },
      data: value,
    });
  });

  it('takes the batch from its header where that is a UUID', () => {
    const batch = '0d3f8f5e-6a55-4d59-9a0e-4a6f4c3f7f10';
    expect(decodeRequest(record(value, { [HEADER.batchTraceId]: batch })).identity.batchTraceId).toBe(batch);
    expect(decodeRequest(record(value, { [HEADER.batchTraceId]: 'none' })).identity.batchTraceId).toBe(unit);
  });

  it('gives an invalid request an identity', () => {
    expect(decodeRequest(record({ requestId: 7 })).identity.correlationId).toBe(correlationId('', '/tenants/example-agency/http', 'id-1', ''));
  });

  it.each([
    ['a tombstone', record(null), 'DOCKET_REQUEST_EMPTY'],
    ['broken JSON', record('{"requestId":'), 'DOCKET_POISON_JSON'],
    ['a duplicate key', record('{"requestId":"a","requestId":"b"}'), 'DOCKET_POISON_JSON'],
    ['a missing header', record(value, { [HEADER.id]: '' }), 'DOCKET_ENVELOPE'],
  ])('%s is poison', (_, input, code) => {
    expect(() => decodeRequest(input)).toThrow(expect.objectContaining({ code, kind: 'poison' }));
  });
});
