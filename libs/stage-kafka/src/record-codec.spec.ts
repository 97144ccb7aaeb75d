import { describe, expect, it } from 'vitest';
import { toInputRecord } from './record-codec.js';

const read = (over: object) =>
  toInputRecord('t', 0, { key: null, value: null, offset: '7', timestamp: '5', attributes: 0, headers: {}, ...over });

/** Whatever a client wrote, reading it never throws: that would end the consumer for good. */
describe('toInputRecord', () => {
  it('pitfall 2: takes a header without a value for one that is not there, and the last of a repeated one', () => {
    expect(read({ headers: { Trace: null, gone: undefined, ce_id: [Buffer.from('a'), Buffer.from('b')], odd: [null] } }).headers).toEqual({ ce_id: 'b' });
  });

  it('pitfall 14: keeps no slice of the fetch', () => {
    const fetch = Buffer.from('header value trailer');
    const { value } = read({ value: fetch.subarray(7, 12) });
    fetch.fill(0);
    expect(String(value)).toBe('value');
  });

  it('keeps nothing else in memory with a value', () => {
    const { value } = read({ value: Buffer.from('{"small":true}') });
    expect(value?.buffer.byteLength).toBe(14);
  });

  it('cuts a key and drops headers that are beyond their bounds, and says so', () => {
    expect(read({ key: Buffer.alloc(2000, 'k') })).toMatchObject({ key: 'k'.repeat(1024), oversized: true });
    expect(read({ headers: { tracestate: Buffer.alloc(20_000) } })).toMatchObject({ headers: {}, oversized: true });
    expect(read({ key: Buffer.from('k'), headers: { a: Buffer.alloc(16_000) } })).not.toHaveProperty('oversized');
  });
});
