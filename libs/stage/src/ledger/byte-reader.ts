import { corrupt } from './ledger-error.js';

const WORD = 2 ** 32;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads big-endian values one after the other and never past the end: DOCKET_LEDGER_CORRUPT instead. */
export class ByteReader {
  #at: number;

  constructor(private readonly bytes: Buffer, at = 0) {
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  u8(): number {
    return this.bytes.readUInt8(this.#take(1));
  }

  u16(): number {
    return this.bytes.readUInt16BE(this.#take(2));
  }

  u32(): number {
    return this.bytes.readUInt32BE(this.#take(4));
  }

  u48(): number {
    return this.u16() * WORD + this.u32();
  }

  u64(): bigint {
    return this.bytes.readBigUInt64BE(this.#take(8));
  }

  text(): string {
    const size = this.u32();
    const length = size >>> 1;
    const from = this.#take(length);
    const part = this.bytes.subarray(from, from + length);
    if ((size & 1) === 0) return this.#utf8(part);
    if (length % 2 !== 0) throw corrupt('half a character');
    return part.toString('utf16le');
  }

  skip(bytes: number): void {
    this.#take(bytes);
  }

  #take(bytes: number): number {
    if (bytes > this.left) throw corrupt('it ends too early');
    const at = this.#at;
    this.#at += bytes;
    return at;
  }

  #utf8(part: Buffer): string {
    try {
      return utf8.decode(part);
    } catch (error) {
      throw corrupt('text that is not UTF-8', error);
    }
  }
}
