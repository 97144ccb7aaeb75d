const WORD = 2 ** 32;

/** Writes what ByteReader reads, into a buffer of the right size. */
export class ByteWriter {
  #at = 0;

  constructor(readonly bytes: Buffer) {}

  get at(): number {
    return this.#at;
  }

  u8(value: number): void {
    this.#at = this.bytes.writeUInt8(value, this.#at);
  }

  u16(value: number): void {
    this.#at = this.bytes.writeUInt16BE(value, this.#at);
  }

  u32(value: number): void {
    this.#at = this.bytes.writeUInt32BE(value, this.#at);
  }

  u48(value: number): void {
    this.u16(Math.floor(value / WORD));
    this.u32(value % WORD);
  }

  u64(value: bigint): void {
    this.#at = this.bytes.writeBigUInt64BE(value, this.#at);
  }

  /** Length in bytes, doubled, plus 1 for UTF-16: UTF-8 would not give back a lone surrogate, and an order key must come back as it was. */
  text(value: string): void {
    const encoding = encodingOf(value);
    const length = Buffer.byteLength(value, encoding);
    this.u32(length * 2 + (encoding === 'utf16le' ? 1 : 0));
    this.#at += this.bytes.write(value, this.#at, encoding);
  }
}

/** Bytes that text() takes. */
export function textSize(value: string): number {
  return 4 + Buffer.byteLength(value, encodingOf(value));
}

function encodingOf(value: string): 'utf8' | 'utf16le' {
  return value.isWellFormed() ? 'utf8' : 'utf16le';
}
