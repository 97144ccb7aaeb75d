import { HEADER, isUuid } from '@docket/contracts';
import { describe, expect, it } from 'vitest';
import { eventDecoder } from './event-decoder.js';
import { inputRecord } from './testing/entries.js';

const ENVELOPE = { [HEADER.id]: '1', [HEADER.source]: '/upstream', [HEADER.type]: 'example.v1', [HEADER.contentType]: 'application/json' };
const ID = '01900000-0000-7000-8000-000000000001';

describe('eventDecoder', () => {
  const decode = (value: string | null, headers: Record<string, string> = ENVELOPE, key = 'k') =>
    eventDecoder(inputRecord('', 0n, { value: value === null ? null : Buffer.from(value), headers, key }));

  it('gives the value and an identity that a repeat repeats', () => {
    const { data, identity } = decode('{"a":1}');
    expect(data).toEqual({ a: 1 });
    expect({ uuid: isUuid(identity.correlationId), batch: identity.batchTraceId }).toEqual({ uuid: true, batch: identity.correlationId });
    expect(decode('{"a":1}').identity).toEqual(identity);
    expect(decode('{"a":1}', { ...ENVELOPE, [HEADER.id]: '2' }).identity.correlationId).not.toBe(identity.correlationId);
    expect(decode('{"a":1}', ENVELOPE, 'other').identity.correlationId).not.toBe(identity.correlationId);
  });

  it('takes over what identity a record has', () => {
    expect(decode('1', { ...ENVELOPE, [HEADER.correlationId]: ID, [HEADER.batchTraceId]: ID }).identity).toMatchObject({ correlationId: ID, batchTraceId: ID });
    expect(decode('1', { ...ENVELOPE, [HEADER.correlationId]: 'none' }).identity.correlationId).not.toBe('none');
  });

  it.each([
    ['no value', null, ENVELOPE, 'DOCKET_EVENT_EMPTY'], ['no JSON', '{', ENVELOPE, 'DOCKET_POISON_JSON'], ['no envelope', '{}', {}, 'DOCKET_ENVELOPE'],
  ])('takes %s for poison', (_name, value, headers, code) => {
    expect(() => decode(value, headers)).toThrow(expect.objectContaining({ code, kind: 'poison' }));
  });
});
