import fc from 'fast-check';
import { parse } from 'lossless-json';
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
    ['duplicate keys with equal values', '{"a":1,"a":1}'],
    ['duplicate keys of which one is escaped', '{"a":1,"\\u0061":2}'],
    ['duplicate keys deep within', '[{"b":{"a":1,"c":[],"a":{"a":2}}}]'],
    ['duplicate empty keys', '{"":1,"":1}'],
    ['an integer beyond 2^53', '{"a":9007199254740993}'],
    ['a number beyond a double', '{"a":1e400}'],
    ['NaN', '{"a":NaN}'],
    ['a negative integer beyond 2^53', '[-9007199254740993]'],
    ['an integer beyond 2^53 with a fraction of zero', '[9007199254740993.0]'],
    ['Infinity', '[-Infinity]'],
    ['a leading zero', '[01]'],
    ['a lone surrogate', '{"a":"\\ud800"}'],
    ['a lone low surrogate', '["\\udc00\\ud800"]'],
    ['a lone surrogate in a key', '{"\\udfff":1}'],
    ['a byte order mark', '\ufeff{}'],
    ['a control character in a string', '["\u0001"]'],
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

  it('takes a pair of surrogates in escapes, zero of either sign, and numbers up to 2^53', () => {
    expect(parseStrictJson(Buffer.from('["\\ud83d\\ude00",-0,9007199254740991,-9007199254740991,1e15,1.5,"::{[",{"a:":1}]'))).toEqual(['😀', -0, 9007199254740991, -9007199254740991, 1e15, 1.5, '::{[', { 'a:': 1 }]);
  });

  it('agrees with a parser that sees every number and key, also where the text is broken', () => {
    const parts = ['{', '}', '[', ']', ',', ':', '"a"', '"\\u0061"', '"b:"', '"\\ud800"', '"__proto__"', '1', '-0', '1.5', '9007199254740993', '1e400', 'true', 'null', ' ', '\\', '"', 'é'];
    const valid = fc.json({ maxDepth: 3 });
    const doubled = fc.tuple(fc.constantFrom('a', 'b', '\\u0061'), fc.constantFrom('a', 'b', '\\u0061'), valid, valid).map(([a, b, x, y]) => `{"${a}":${x},"${b}":${y}}`);
    const text = fc.oneof(valid, doubled, fc.array(fc.constantFrom(...parts), { maxLength: 12 }).map((some) => some.join('')), fc.array(fc.oneof(doubled, valid)).map((some) => `[${some.join(',')}]`));
    fc.assert(fc.property(text, (given) => {
      const expected = attempt(() => slowly(given));
      expect(attempt(() => parseStrictJson(Buffer.from(given)))).toEqual(expected);
    }), { numRuns: 5_000 });
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

/** Another way to the same: numbers as they are written, by lossless-json, and keys by the tokens of the text. */
function slowly(text: string): unknown {
  const value = parse(text, undefined, { parseNumber: (digits) => (exact(Number(digits)) ? Number(digits) : refuse()) });
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/gu) ?? [];
  const open: Set<unknown>[] = [];
  tokens.forEach((token, at) => {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (tokens[at + 1] === ':') {
      const key = JSON.parse(token) as string;
      if (open.at(-1)?.has(key) || key in {} || key === 'prototype') refuse();
      open.at(-1)?.add(key);
    }
    if (token.startsWith('"') && !(JSON.parse(token) as string).isWellFormed()) refuse();
  });
  return value;
}

function exact(number: number): boolean {
  return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number));
}

function refuse(): never {
  throw new SyntaxError('refused');
}

function attempt(read: () => unknown): unknown {
  try {
    return { value: read() };
  } catch {
    return 'refused';
  }
}
