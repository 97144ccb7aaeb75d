import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LineSplitter, type Line } from './line-splitter.js';

const MAX = 8;

function split(text: string, cuts: readonly number[], onChunk: (held: number) => void = () => undefined): [number, string | undefined][] {
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter(MAX);
  const lines: Line[] = [];
  let at = 0;
  for (const cut of [...cuts, bytes.length].map((place) => Math.min(place, bytes.length)).sort((a, b) => a - b)) {
    lines.push(...splitter.push(bytes.subarray(at, cut)));
    onChunk(splitter.held);
    at = cut;
  }
  return [...lines, ...splitter.end()].map(({ number, bytes: line }) => [number, line?.toString()]);
}

/** Bytes become lines, however they arrive; never more than one line is held. */
describe('LineSplitter', () => {
  it('finds the same lines wherever the bytes are cut, and holds no more than a line', () => {
    const text = fc.array(fc.constantFrom('a', 'é', '{}', '\n', '\r\n', ' ', 'abcdefghij'), { maxLength: 30 }).map((parts) => parts.join(''));
    fc.assert(fc.property(text, fc.array(fc.nat(80), { maxLength: 20 }), (given, cuts) => {
      const expected = given.split('\n').flatMap((line, index): [number, string | undefined][] => {
        if (Buffer.byteLength(line) > MAX) return [[index + 1, undefined]];
        const content = line.replace(/\r$/, '');
        return /^[ \t\r]*$/.test(content) ? [] : [[index + 1, content]];
      });
      expect(split(given, cuts, (held) => expect(held).toBeLessThanOrEqual(MAX))).toEqual(expected);
    }));
  });

  it('joins a line that comes in many parts', () => {
    const splitter = new LineSplitter(1_000);
    const text = 'abcdefghij'.repeat(100);
    const lines = Array.from(Buffer.from(text), (byte) => splitter.push(Buffer.of(byte))).flat();
    expect([...lines, ...splitter.push(Buffer.from('\n'))].map(({ bytes }) => bytes?.toString())).toEqual([text]);
  });

  it('says that a line is too long before it has ended', () => {
    expect(new LineSplitter(MAX).push(Buffer.from('123456789'))).toEqual([{ number: 1, bytes: undefined }]);
  });
});
