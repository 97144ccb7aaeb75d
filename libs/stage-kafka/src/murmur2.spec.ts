import { describe, expect, it } from 'vitest';
import { murmur2, partitionOf } from './murmur2.js';

/** Partitions must agree with those of Java producers. Vectors: hashes that Kafka's own Utils.murmur2 gives. */
describe('murmur2', () => {
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %j', (key, signed) => {
    expect(murmur2(Buffer.from(key))).toBe(signed & 0x7fffffff);
  });

  it('gives a partition within the count', () => {
    for (const key of ['', 'a', 'ä', '0123456789']) expect(partitionOf(key, 6)).toBeLessThan(6);
  });
});
