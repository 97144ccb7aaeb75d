import { expect, it } from 'vitest';
import { crc32c } from './crc32c.js';

it('equals the check value of CRC-32C', () => {
  expect(crc32c(Buffer.from('123456789'), 0, 9)).toBe(0xe3069283);
  expect(crc32c(Buffer.from('..123456789..'), 2, 11)).toBe(0xe3069283);
});

it('equals the vectors of RFC 3720', () => {
  expect(crc32c(Buffer.alloc(32), 0, 32)).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff), 0, 32)).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0, 32)).toBe(0x46dd794e);
});

it('does not depend on how much is left over behind steps of eight', () => {
  const bitwise = (data: Uint8Array) => {
    let crc = -1;
    for (const byte of data) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
    }
    return ~crc >>> 0;
  };
  for (let length = 0; length < 40; length++) {
    const data = Buffer.from(Array.from({ length }, (_, i) => (i * 151 + length) & 0xff));
    expect(crc32c(data, 0, length)).toBe(bitwise(data));
  }
});
