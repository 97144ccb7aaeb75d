import { CONTENT_WORDS, DIGEST, ID, ID_WORDS, SUBJECT, word } from './row.js';
import type { RowKey } from './slot-index.js';

/** By the unit's identity. */
export const ID_KEY: RowKey = {
  hash: (words, base) => mix(word(words, base + ID + 3)),
  equal: (a, aBase, b, bBase) => same(a, aBase + ID, b, bBase + ID, ID_WORDS),
};

/** By digest and subject, which are neighbours. */
export const CONTENT_KEY: RowKey = {
  hash: (words, base) => mix(word(words, base + DIGEST + 3) ^ Math.imul(word(words, base + SUBJECT + 1), 0x27d4eb2f)),
  equal: (a, aBase, b, bBase) => same(a, aBase + DIGEST, b, bBase + DIGEST, CONTENT_WORDS),
};

function same(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number, count: number): boolean {
  for (let at = 0; at < count; at++) {
    if (a[aAt + at] !== b[bAt + at]) return false;
  }
  return true;
}

/** The words are parts of hashes already; mixing keeps the index sound for ids that count up. */
function mix(value: number): number {
  const hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const more = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return more ^ (more >>> 16);
}
