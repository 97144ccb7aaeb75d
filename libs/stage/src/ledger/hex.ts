import { unfit } from './ledger-error.js';

const DIGITS = new Uint8Array(128).fill(16);
for (let value = 0; value < 16; value++) DIGITS[value.toString(16).charCodeAt(0)] = value;

const scratch = Buffer.alloc(40);

/**
 * Reads lower-case hex into big-endian words; `name` tells in the error which field is at fault.
 * @throws DocketError DOCKET_LEDGER_ENTRY
 */
export function readHex(text: string, name: string, into: Uint32Array, at: number, words: number): void {
  if (text.length !== words * 8) throw unfit(`${name} must be ${words * 8} hex characters`);
  let strange = 0;
  for (let word = 0; word < words; word++) {
    let value = 0;
    for (let place = word * 8; place < word * 8 + 8; place++) {
      const digit = DIGITS[text.charCodeAt(place)] ?? 16;
      strange |= digit;
      value = (value << 4) | digit;
    }
    into[at + word] = value;
  }
  if (strange > 15) throw unfit(`${name} must be lower-case hex`);
}

/** The hex text of `words` (at most 10) big-endian words. */
export function writeHex(from: Uint32Array, at: number, words: number): string {
  for (let word = 0; word < words; word++) scratch.writeUInt32BE(from[at + word] as number, word * 4);
  return scratch.toString('hex', 0, words * 4);
}
