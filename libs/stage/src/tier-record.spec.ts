import { HEADER } from '@docket/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { idOf, inputRecord } from './testing/entries.js';
import { fromTierRecord, toTierRecord, withoutState, type TierState } from './tier-record.js';

const time = fc.nat(2 ** 42);
const state: fc.Arbitrary<TierState> = fc.record({
  unit: fc.string().map(idOf), attempt: fc.nat(65_535), hop: fc.nat(2 ** 31), dueAt: time, firstFailureAt: fc.option(time, { nil: undefined }),
  operation: fc.constantFrom('', '01900000-0000-7000-8000-000000000001', 'life-1/0'),
});
const input = fc.record({
  offset: fc.bigInt(0n, 2n ** 53n), timestamp: time, key: fc.option(fc.string({ minLength: 1 }), { nil: null }),
  value: fc.option(fc.uint8Array().map((bytes) => Buffer.from(bytes)), { nil: null }),
  headers: fc.dictionary(fc.constantFrom('ce_id', 'ce_source', 'traceparent', HEADER.orderKey, HEADER.correlationId), fc.string()),
});

/** What comes off a retry topic is what went there, byte for byte. */
describe('a record on a retry topic', () => {
  it('gives back the unit and its state', () => {
    fc.assert(fc.property(input, state, time, (part, given, now) => {
      const original = inputRecord('u', 0n, { topic: 'grants.validated', ...part });
      const out = toTierRecord('executor.retry.1', original, given, 'DOCKET_X', now);
      const back = fromTierRecord({ ...out, partition: 2, offset: 77n, timestamp: now });
      expect(back?.state).toEqual(given);
      expect({ ...back?.input, headers: { ...back?.input.headers } }).toEqual({
        ...original, headers: { ...original.headers, ...(given.operation !== '' && { [HEADER.operation]: given.operation, [HEADER.unit]: given.unit }) },
      });
    }));
  });

  it('says why and until when, for people', () => {
    const { headers, partition } = toTierRecord('t', inputRecord('u', 3n), { unit: idOf('u'), attempt: 2, hop: 1, dueAt: 5.6, firstFailureAt: 4, operation: '' }, 'DOCKET_X', 9);
    expect(headers).toMatchObject({ [HEADER.errorCode]: 'DOCKET_X', [HEADER.notBefore]: '6', [HEADER.origin]: 'in/2/3', [HEADER.firstFailure]: '4', [HEADER.lastFailure]: '9' });
    expect(partition).toBe(2);
  });

  it.each([HEADER.origin, HEADER.attempt, HEADER.hop, HEADER.notBefore, HEADER.appendedAt, HEADER.unit])('is none of ours where %s is missing or bad', (name) => {
    const out = toTierRecord('t', inputRecord('u', 3n), { unit: idOf('u'), attempt: 2, hop: 1, dueAt: 5, firstFailureAt: 4, operation: '' }, 'DOCKET_X', 9);
    const read = (headers: Record<string, string>) => fromTierRecord({ ...out, headers, partition: 2, offset: 0n, timestamp: 0 });
    const { [name]: _gone, ...without } = out.headers;
    expect(read(without)).toBeUndefined();
    expect(read({ ...out.headers, [name]: '-1' })).toBeUndefined();
  });

  it('leaves no header of its own behind', () => {
    const headers = { ce_id: '1', [HEADER.orderKey]: 'k' };
    const out = toTierRecord('t', inputRecord('u', 3n, { headers }), { unit: idOf('u'), attempt: 2, hop: 1, dueAt: 5, firstFailureAt: 4, operation: 'op' }, 'DOCKET_X', 9);
    expect(withoutState(out.headers)).toEqual(headers);
  });
});
