import { expect, it } from 'vitest';
import { putVarint, putVarintBefore, varintWidth } from './varint.js';

it.each([
  [0, '00'], [1, '02'], [63, '7e'], [64, '8001'], [8_191, 'fe7f'], [8_192, '808001'], [1_048_575, 'feff7f'], [1_048_576, '80808001'], [2 ** 30 - 1, 'feffffff07'],
])('writes %i as %s', (value, hex) => {
  const buffer = Buffer.alloc(8);
  const end = putVarint(buffer, 1, value);
  expect(buffer.subarray(1, end).toString('hex')).toBe(hex);
  expect(varintWidth(value)).toBe(end - 1);
});

it.each([1, 2, 3])('puts a length before content that was written %i bytes further on', (width) => {
  for (const length of [0, 5, 63, 64, 300]) {
    const buffer = Buffer.alloc(400);
    buffer.fill('x', width, width + length);
    const end = putVarintBefore(buffer, 0, width, length);
    expect(end).toBe(varintWidth(length) + length);
    expect(buffer.subarray(varintWidth(length), end).toString()).toBe('x'.repeat(length));
  }
});
