import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlationId, grantSubject, lengthPrefixed, UUID, uuidV5 } from './ids.js';

/** Ids follow from what a unit is, so that a repeat of it is recognised without a look-up. */
describe('ids', () => {
  it('makes the UUIDv5 of RFC 9562, appendix A.4', () => {
    expect(uuidV5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it('gives two different lists of parts different bytes', () => {
    const parts = fc.array(fc.string(), { maxLength: 4 });
    fc.assert(fc.property(parts, parts, (a, b) => {
      expect(lengthPrefixed(...a).equals(lengthPrefixed(...b))).toBe(JSON.stringify(a) === JSON.stringify(b));
    }));
  });

  it('gives the same unit the same correlation id and another one another', () => {
    const id = correlationId('county', '/tenants/county/sync', 'a', 's');
    expect(id).toMatch(UUID);
    expect(correlationId('county', '/tenants/county/sync', 'a', 's')).toBe(id);
    expect(correlationId('city', '/tenants/county/sync', 'a', 's')).not.toBe(id);
    expect(correlationId('county', '/tenants/county/sync', 'as', '')).not.toBe(id);
  });

  it('has a subject for any payload, however wrong', () => {
    fc.assert(fc.property(fc.jsonValue(), (payload) => {
      expect(grantSubject('county', payload)).toMatch(/^[0-9a-f]{32}$/);
    }));
  });
});
