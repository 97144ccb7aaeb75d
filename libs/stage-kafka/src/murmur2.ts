/** Kafka's murmur2 (32 bits, seed 0x9747b28c), made positive: equal to the Java client's partition hash. */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995;
  const length = data.length;
  let h = (0x9747b28c ^ length) | 0;
  const blocks = length >> 2;
  for (let i = 0; i < blocks; i++) {
    const at = i << 2;
    let k = byte(data, at) | (byte(data, at + 1) << 8) | (byte(data, at + 2) << 16) | (byte(data, at + 3) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const tail = blocks << 2;
  const rest = length & 3;
  if (rest === 3) h ^= byte(data, tail + 2) << 16;
  if (rest >= 2) h ^= byte(data, tail + 1) << 8;
  if (rest >= 1) h = Math.imul(h ^ byte(data, tail), m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return h & 0x7fffffff;
}

function byte(data: Uint8Array, at: number): number {
  return data[at] ?? 0;
}

/** The partition of a key, as every Java producer would choose it. */
export function partitionOf(key: string | Uint8Array, partitions: number): number {
  return murmur2(typeof key === 'string' ? Buffer.from(key, 'utf8') : key) % partitions;
}
