import type { OutputRecord } from '@docket/stage';
import { putVarint, putVarintBefore, varintWidth } from './varint.js';

/** A text that fits one byte of length is mostly ASCII and short: a loop beats the call into the runtime. */
const SHORT_TEXT = 0x40;

/** Enough room for a record, without encoding it: UTF-8 takes at most three bytes for a unit of UTF-16. */
export function recordBound({ key, value, headers }: OutputRecord): number {
  let bound = 32 + (value?.length ?? 0) + key.length * 3;
  for (const name in headers) bound += 10 + (name.length + (headers[name]?.length ?? 0)) * 3;
  return bound;
}

/**
 * Writes a record of the format version 2, its timestamp that of its batch. Needs recordBound() bytes of room;
 * returns the place after the record.
 */
export function putRecord(buffer: Buffer, start: number, offsetDelta: number, record: OutputRecord): number {
  const { key, value, headers } = record;
  // A first guess of its length, right for most: closing the gap costs a copy of the record.
  const width = varintWidth((value?.length ?? 0) + 512);
  let at = start + width;
  buffer[at++] = 0; // attributes
  buffer[at++] = 0; // timestamp, less that of the batch
  at = putVarint(buffer, at, offsetDelta);
  at = putText(buffer, at, key);
  if (value) {
    at = putVarint(buffer, at, value.length);
    buffer.set(value, at);
    at += value.length;
  } else {
    buffer[at++] = 1; // -1: null
  }
  let count = 0;
  for (const name in headers) if (headers[name] !== undefined) count++;
  at = putVarint(buffer, at, count);
  for (const name in headers) {
    const text = headers[name];
    if (text === undefined) continue;
    at = putText(buffer, at, name);
    at = putText(buffer, at, text);
  }
  return putVarintBefore(buffer, start, width, at - start - width);
}

function putText(buffer: Buffer, start: number, text: string): number {
  const { length } = text;
  if (length < SHORT_TEXT) {
    let i = 0;
    for (; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) break;
      buffer[start + 1 + i] = unit;
    }
    if (i === length) {
      buffer[start] = length << 1;
      return start + 1 + length;
    }
  }
  const width = varintWidth(length);
  return putVarintBefore(buffer, start, width, buffer.write(text, start + width, 'utf8'));
}
