/**
 * Writes Kafka's primitive types, big-endian, into one buffer. The caller sees to its size: nothing grows, so what is
 * written is never copied.
 */
export class ByteWriter {
  readonly view: DataView;

  constructor(readonly buffer: Buffer, public at = 0) {
    this.view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  }

  int8(value: number): void {
    this.view.setInt8(this.at, value);
    this.at += 1;
  }

  int16(value: number): void {
    this.view.setInt16(this.at, value);
    this.at += 2;
  }

  int32(value: number): void {
    this.view.setInt32(this.at, value);
    this.at += 4;
  }

  int64(value: bigint): void {
    this.view.setBigInt64(this.at, value);
    this.at += 8;
  }

  /** Kafka's STRING: two bytes of length. */
  string(value: string): void {
    const length = this.buffer.write(value, this.at + 2, 'utf8');
    this.int16(length);
    this.at += length;
  }

  /** Leaves room for an INT32 that is known later; returns its place. */
  placeInt32(): number {
    this.at += 4;
    return this.at - 4;
  }

  /** Writes the number of bytes since a placeInt32(), that itself not counted. */
  lengthAt(place: number): void {
    this.view.setInt32(place, this.at - place - 4);
  }
}
