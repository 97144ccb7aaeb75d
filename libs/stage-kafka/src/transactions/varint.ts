/** Bytes of a number of at least 0 as Kafka's VARINT (zigzag). */
export function varintWidth(value: number): number {
  return value < 0x40 ? 1 : value < 0x2000 ? 2 : value < 0x10_0000 ? 3 : value < 0x800_0000 ? 4 : 5;
}

/** Writes a number from 0 to 2^30 - 1 as Kafka's VARINT; returns the place after it. */
export function putVarint(buffer: Uint8Array, at: number, value: number): number {
  let rest = value << 1;
  let place = at;
  while (rest > 0x7f) {
    buffer[place++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  buffer[place++] = rest;
  return place;
}

/**
 * Writes a length before content that was written `width` bytes behind `at`, and closes the gap where the length
 * takes another number of bytes; returns the place after the content.
 */
export function putVarintBefore(buffer: Uint8Array, at: number, width: number, length: number): number {
  const needed = varintWidth(length);
  if (needed !== width) buffer.copyWithin(at + needed, at + width, at + width + length);
  putVarint(buffer, at, length);
  return at + needed + length;
}
