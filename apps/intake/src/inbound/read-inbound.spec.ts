import { HEADER, payloadDigest, type Headers } from '@docket/contracts';
import type { InputRecord } from '@docket/stage';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeWorkUnit } from './make-work-unit.handler.js';
import { readInbound, type Inbound } from './read-inbound.js';

const SOURCE = '/tenants/county/sync';
const read = readInbound('grant', (source) => (source === SOURCE ? 'county' : undefined));
const base: Headers = { [HEADER.id]: 'id-1', [HEADER.source]: SOURCE, [HEADER.type]: 'docket.grant.submission.v1', [HEADER.contentType]: 'application/json' };

function record(value: string | null, headers: Headers = base): InputRecord {
  return { topic: 'grants.inbound', partition: 1, offset: 5n, timestamp: Date.UTC(2026, 10, 20), key: 'k', value: value === null ? null : Buffer.from(value), headers };
}
const without = (name: string): Headers => Object.fromEntries(Object.entries(base).filter(([key]) => key !== name));
const inbound = (of: InputRecord) => read(of).data as Inbound;

/** What upstream systems put on a topic is read as strictly as what comes over HTTP. */
describe('readInbound', () => {
  it('makes an immutable unit with the broker time and the tenant of its source', () => {
    const payload = { grantId: 'G', tenant: 'somebody-else' };
    expect(inbound(record(JSON.stringify(payload))).unit).toMatchObject({
      tenant: 'county', kind: 'grant', receivedAt: '2026-11-20T00:00:00.000Z', digest: payloadDigest(payload), payload,
    });
  });

  it('makes the same unit of a record whenever and however often it is read', () => {
    fc.assert(fc.property(fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }).filter((key) => !(key in Object.prototype)), fc.oneof(fc.string(), fc.maxSafeInteger(), fc.constant(null))), (payload) => {
      expect(read(record(JSON.stringify(payload)))).toEqual(read(record(JSON.stringify(payload))));
    }));
  });

  it('gives the same payload written in another order the same digest', () => {
    expect(inbound(record('{"a":1,"b":2}')).unit.digest).toBe(inbound(record('{ "b": 2, "a": 1 }')).unit.digest);
  });

  it.each<[string, InputRecord, string]>([
    ['no value', record(null), 'DOCKET_POISON_EMPTY'],
    ['more than 256 KiB', record(JSON.stringify('x'.repeat(256 * 1024))), 'DOCKET_BODY_TOO_LARGE'],
    ['not JSON', record('<xml/>'), 'DOCKET_POISON_JSON'],
    ['an unknown source', record('{}', { ...base, [HEADER.source]: '/tenants/nobody' }), 'DOCKET_UNKNOWN_SOURCE'],
    ['a spreadsheet', record('{}', { ...base, [HEADER.contentType]: 'application/vnd.ms-excel' }), 'DOCKET_RAW_SPREADSHEET'],
    ['another content type', record('{}', { ...base, [HEADER.contentType]: 'text/plain' }), 'DOCKET_CONTENT_TYPE'],
    ...[HEADER.id, HEADER.source, HEADER.type, HEADER.contentType].map((name) => [`no ${name}`, record('{}', without(name)), 'DOCKET_ENVELOPE'] as [string, InputRecord, string]),
  ])('refuses as poison: %s', (_what, given, code) => {
    expect(() => read(given)).toThrow(expect.objectContaining({ code, kind: 'poison' }) as Error);
  });

  it('fills in what upstream may leave out, and rejects what it gives wrong', () => {
    expect(inbound(record('{}'))).toMatchObject({ violations: [], traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/) as string });
    const wrong = inbound(record('{}', { ...base, [HEADER.digest]: '0'.repeat(64), [HEADER.batchTraceId]: 'not-a-uuid' }));
    expect(wrong.violations.map(({ rule }) => rule)).toEqual(['SEC-HASH-01', 'AUD-TRACE-02']);
    expect(() => makeWorkUnit('grants.work-units', wrong)).toThrow(expect.objectContaining({ kind: 'invalid' }) as Error);
  });

  it('keys units of one subject alike', () => {
    const key = (payload: object) => {
      const result = makeWorkUnit('grants.work-units', inbound(record(JSON.stringify(payload))));
      return result.kind === 'emit' ? result.events[0]?.key : undefined;
    };
    expect(key({ grantId: 'G', requestedAmount: '1' })).toBe(key({ grantId: 'G', requestedAmount: '2' }));
    expect(key({ grantId: 'G' })).not.toBe(key({ grantId: 'H' }));
  });
});
