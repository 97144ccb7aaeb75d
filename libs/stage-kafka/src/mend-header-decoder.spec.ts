import Decoder from 'kafkajs/src/protocol/decoder.js';
import { beforeEach, expect, it } from 'vitest';
import { mendHeaderDecoder } from './mend-header-decoder.js';

/** Headers are read as kafkajs reads them, whatever a foreign writer put there. */
beforeEach(() => {
  mendHeaderDecoder();
  mendHeaderDecoder();
});

const text = (value: string) => Buffer.concat([Buffer.of(value.length * 2), Buffer.from(value)]);

function read(...headers: readonly (readonly [key: string, value: string | null])[]): object {
  const bytes = Buffer.concat([Buffer.of(headers.length * 2), ...headers.flatMap(([key, value]) => [text(key), value === null ? Buffer.of(1) : text(value)])]);
  return new Decoder(bytes).readVarIntArray((decoder) => ({ key: decoder.readVarIntString(), value: decoder.readVarIntBytes() })).reduce();
}

it('none, one, many, and one without a value', () => {
  expect(read()).toEqual({});
  expect(read(['a', '1'], ['b', ''], ['c', null])).toEqual({ a: Buffer.from('1'), b: Buffer.alloc(0), c: null });
});

it('one that is given more than once is a list in its order', () => {
  expect(read(['a', '1'], ['b', 'x'], ['a', '2'], ['a', '3'])).toEqual({ a: ['1', '2', '3'].map((value) => Buffer.from(value)), b: Buffer.from('x') });
});

it('a name that means something to JavaScript is a name like any other', () => {
  expect(Object.entries(read(['__proto__', '1'], ['constructor', '2'], ['toString', '3'])).map(([name, value]) => [name, String(value)])).toEqual([
    ['__proto__', '1'], ['constructor', '2'], ['toString', '3'],
  ]);
});
