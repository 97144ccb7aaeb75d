import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseStrictJson } from './strict-json.js';

/** Bodies are read strictly: what JSON.parse would repair, drop or round is refused. */
describe('parseStrictJson', () => {
  it('reads every JSON value that needs no repair exactly as JSON.parse does', () => {
    const key = fc.string().filter((name) => !(name in Object.prototype) && name !== 'prototype');
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ maxDepth: 4 }, fc.string({ unit: 'binary' }), fc.maxSafeInteger(), fc.boolean(), fc.constant(null), tie('list'), tie('object')),
      list: fc.array(tie('any'), { maxLength: 4 }),
      object: fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
    })).any;
    fc.assert(fc.property(value, (given) => {
      const text = JSON.stringify(given);
      expect(parseStrictJson(Buffer.from(text))).toEqual(JSON.parse(text));
    }));
  });

  it.each([
    ['duplicate keys', '{"a":1,"a":2}'],
    ['an integer beyond 2^53', '{"a":9007199254740993}'],
    ['a number beyond a double', '{"a":1e400}'],
    ['NaN', '{"a":NaN}'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['__proto__', '{"__proto__":{"a":1}}'],
    ['__proto__ in escapes', '{"\\u005f_proto__":5}'],
    ['constructor', '{"constructor":1}'],
    ['a trailing comma', '[1,]'],
    ['a comment', '{}//'],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(() => parseStrictJson(Buffer.from(text))).toThrow(expect.objectContaining({ code: 'DOCKET_POISON_JSON', kind: 'poison' }) as Error);
  });

  it.each([...Object.getOwnPropertyNames(Object.prototype), 'prototype'])('refuses the key %s at any depth', (key) => {
    expect(() => parseStrictJson(Buffer.from(`{"a":[{"${key}":1}]}`))).toThrow(expect.objectContaining({ code: 'DOCKET_POISON_JSON' }) as Error);
  });

  it('refuses invalid UTF-8', () => {
    expect(() => parseStrictJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(expect.objectContaining({ code: 'DOCKET_POISON_UTF8' }) as Error);
  });

  it('refuses nesting that would exhaust the stack', () => {
    expect(() => parseStrictJson(Buffer.from('['.repeat(200_000)))).toThrow(expect.objectContaining({ code: 'DOCKET_POISON_JSON' }) as Error);
  });

  it('never quotes the body in its error', () => {
    const secret = '219-09-9999';
    expect(() => parseStrictJson(Buffer.from(`{"ssn": ${secret}`))).toThrow(expect.not.stringContaining(secret) as Error);
  });
});
