import 'reflect-metadata';
import { DocketError, HEADER, type DocketCode } from '@docket/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GRANTS, RECORDS, TestDoor } from '../testing/test-door.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
let door: TestDoor;

beforeEach(async () => (door = await new TestDoor().open()));
afterEach(() => door.close());

/** The front door: 202 only after the broker's acknowledgement, everything else a problem that says what to do. */
describe('POST /v1/grants/submissions', () => {
  it('accepts: the bytes as sent, the id from the key, the place of the outcome', async () => {
    const body = '{ "grantId": "G-1" }';
    const { status, headers, body: answer } = await door.post(GRANTS, body, { 'idempotency-key': 'k-1' });
    expect(status).toBe(202);
    expect(answer).toMatchObject({ status: 'accepted', correlationId: expect.stringMatching(UUID) as string });
    expect(headers.get('location')).toBe(`http://console/api/v1/units/${String(answer['correlationId'])}`);
    expect(String(door.written[0]?.value)).toBe(body);
    expect(door.written[0]?.headers).toMatchObject({ [HEADER.id]: 'k-1', [HEADER.source]: '/tenants/county/http' });
  });

  it('answers the same id to the same request, with or without a key', async () => {
    const twice = async (headers: Record<string, string>) => [await door.post(GRANTS, '{"grantId":"G"}', headers), await door.post(GRANTS, '{ "grantId":"G"}', headers)].map(({ body }) => body['correlationId']);
    for (const headers of [{}, { 'idempotency-key': 'k' }]) {
      const [first, second] = await twice(headers);
      expect(second).toBe(first);
    }
  });

  it.each<[string, string, Record<string, string>, number, DocketCode]>([
    ['no JSON', 'grant', {}, 400, 'DOCKET_POISON_JSON'],
    ['a list', '[]', {}, 400, 'DOCKET_NOT_AN_OBJECT'],
    ['a key with spaces', '{}', { 'idempotency-key': 'a b' }, 400, 'DOCKET_IDEMPOTENCY_KEY'],
    ['a bad trace id', '{}', { 'docket-batch-trace-id': 'x' }, 400, 'DOCKET_RULE_AUD_TRACE_02'],
    ['another digest', '{}', { 'docket-digest': '0'.repeat(64) }, 422, 'DOCKET_RULE_SEC_HASH_01'],
    ['a workbook', 'PK', { 'content-type': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' }, 415, 'DOCKET_RULE_SEC_ENVELOPE'],
    ['XML', '<a/>', { 'content-type': 'application/xml' }, 415, 'DOCKET_MEDIA_TYPE'],
    ['too much', JSON.stringify({ a: 'x'.repeat(5000) }), {}, 413, 'DOCKET_BODY_TOO_LARGE'],
  ])('refuses %s and writes nothing', async (_what, body, headers, status, code) => {
    const answer = await door.post(GRANTS, body, headers);
    expect(answer).toMatchObject({ status, body: { status, code, type: expect.stringMatching(/^\/problems\/[a-z0-9-]+$/) as string } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(door.written).toEqual([]);
  });

  it('says 503 where the broker refuses or stays silent, and when to come back', async () => {
    door.write = () => Promise.reject(new DocketError('DOCKET_PRODUCE', 'no', { kind: 'retriable' }));
    expect(await door.post(GRANTS, '{}')).toMatchObject({ status: 503, body: { code: 'DOCKET_UNAVAILABLE' } });
    door.write = () => new Promise(() => door.clock.advance(1000));
    const answer = await door.post(GRANTS, '{}');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('answers an unknown path with a problem', async () => {
    expect(await door.post('/v2', '{}')).toMatchObject({ status: 404, body: { code: 'DOCKET_NOT_FOUND' } });
  });
});

describe('POST /v1/records/batches', () => {
  const manifests = [{ requestId: 'F-1', jurisdiction: 'US', digest: 'a' }, { requestId: 'F-1', jurisdiction: 'US', digest: 'b' }];

  it.each([
    ['a JSON list', JSON.stringify(manifests), 'application/json'],
    ['NDJSON', manifests.map((manifest) => JSON.stringify(manifest)).join('\n'), 'application/x-ndjson'],
    ['NDJSON with CR LF and an empty line', manifests.map((manifest) => JSON.stringify(manifest)).join('\r\n\r\n'), 'application/x-ndjson'],
  ])('makes a unit of each manifest of %s, and starts the clock of their request once', async (_what, body, type) => {
    const { status, body: answer } = await door.post(RECORDS, body, { 'content-type': type, 'idempotency-key': 'k' });
    expect(status).toBe(202);
    expect(answer['units']).toHaveLength(2);
    expect(door.written.map(({ topic, headers }) => [topic, headers[HEADER.id]?.slice(0, 3)])).toEqual([
      ['records.requests', expect.anything()], ['records.standard.submissions', 'k/0'], ['records.standard.submissions', 'k/1'],
    ]);
    // 02:00 UTC is still the day before in New York.
    expect(JSON.parse(String(door.written[0]?.value))).toEqual({ requestId: 'F-1', jurisdiction: 'US', receivedOn: '2026-11-20', tenant: 'county' });
  });

  it.each([['{}'], ['[]'], ['[1]'], ['["a"]'], [JSON.stringify(Array(1001).fill({}))]])('refuses %s whole', async (body) => {
    expect(await door.post(RECORDS, body)).toMatchObject({ status: 400, body: { code: 'DOCKET_BATCH' } });
    expect(door.written).toEqual([]);
  });
});
