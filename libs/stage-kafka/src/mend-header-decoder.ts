import Decoder from 'kafkajs/src/protocol/decoder.js';
import { mendMethod } from './mend-method.js';

interface Header {
  readonly key: string;
  readonly value: Buffer | null;
}
type Headers = Record<string, Header['value'] | Header['value'][]>;

/**
 * kafkajs 2.2.4 makes the object of a record's headers anew for each header: thirteen headers take thirteen objects, each a
 * copy of the one before. It gathers with `reduce`, and from nothing but what `readVarIntArray` gives it, which here gathers
 * as it reads.
 */
export function mendHeaderDecoder(): void {
  mendMethod(Decoder.prototype, 'readVarIntArray', () => readHeaders);
}

function readHeaders(this: Decoder, read: (decoder: Decoder) => Header): { reduce: () => Headers } {
  const headers: Headers = {};
  const count = this.readVarInt();
  for (let index = 0; index < count; index++) {
    const { key, value } = read(this);
    const known = Object.hasOwn(headers, key) ? headers[key] : undefined;
    if (known !== undefined) headers[key] = Array.isArray(known) ? [...known, value] : [known, value];
    else if (key === '__proto__') Object.defineProperty(headers, key, { value, enumerable: true, configurable: true, writable: true });
    else headers[key] = value;
  }
  return { reduce: () => headers };
}
