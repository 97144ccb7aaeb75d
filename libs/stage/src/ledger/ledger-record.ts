import { crc32 } from 'node:zlib';
import { ByteReader } from './byte-reader.js';
import { ByteWriter, textSize } from './byte-writer.js';
import { checkWhole } from './entry-row.js';
import type { LedgerEntry } from './ledger-entry.js';
import { corrupt, unfit } from './ledger-error.js';
import { PACKED_BYTES, packedSize, packEntry } from './packed-entry.js';
import { TIME_LIMIT } from './row.js';

/*
 * All big-endian: magic u32 | crc32 of all that follows | version u8 | flags u8, 0 | length of the record u32 |
 * sequence u64 | writtenAt u48 | previousAt u48 | positions u16 | entries u32 | nonce |
 * positions (topic, offset u64) | entries.
 */
const MAGIC = 0x444b4c47;
const VERSION = 1;
const CHECKED_FROM = 8;
const FIXED_BYTES = CHECKED_FROM + 6 + 8 + 12 + 6;
const LEAST_POSITION = 12;
const U64 = 2n ** 64n;

/** What a record of the ledger says besides its entries. */
export interface LedgerHead {
  /** One more from record to record of a partition. */
  readonly sequence: bigint;
  /** The writer's clock, in milliseconds. */
  readonly writtenAt: number;
  /** `writtenAt` of the record before; 0 for the first. */
  readonly previousAt: number;
  /** By topic: the offset committed with this record. */
  readonly positions: ReadonlyMap<string, bigint>;
  /** Empty but for the marker that opens a task. */
  readonly nonce: string;
}

/** A record whose head and checksum are right; its entries lie from `entriesAt` to the end. */
export interface OpenRecord {
  readonly head: LedgerHead;
  readonly count: number;
  readonly entriesAt: number;
}

/**
 * Packs one record: 60 bytes an entry that is final, and 15 and its two texts more for one that is not.
 * @throws DocketError DOCKET_LEDGER_ENTRY where the head or an entry breaks its contract
 */
export function encodeLedgerRecord(head: LedgerHead, entries: readonly LedgerEntry[]): Buffer {
  checkHead(head);
  let length = FIXED_BYTES + textSize(head.nonce);
  for (const topic of head.positions.keys()) length += textSize(topic) + 8;
  for (const entry of entries) length += packedSize(entry);
  const out = new ByteWriter(Buffer.alloc(length));
  out.u32(MAGIC);
  out.u32(0);
  out.u8(VERSION);
  out.u8(0);
  out.u32(length);
  out.u64(head.sequence);
  out.u48(head.writtenAt);
  out.u48(head.previousAt);
  out.u16(head.positions.size);
  out.u32(entries.length);
  out.text(head.nonce);
  for (const [topic, offset] of head.positions) {
    out.text(topic);
    out.u64(offset);
  }
  for (const entry of entries) packEntry(entry, out);
  out.bytes.writeUInt32BE(crc32(out.bytes.subarray(CHECKED_FROM)), 4);
  return out.bytes;
}

/**
 * The head of a record and how many entries it has.
 * @throws DocketError DOCKET_LEDGER_CORRUPT (critical) on a bad magic, version, length or checksum
 */
export function readLedgerHead(value: Buffer): LedgerHead & { readonly count: number } {
  const { head, count } = openLedgerRecord(value);
  return { ...head, count };
}

/** @throws DocketError DOCKET_LEDGER_CORRUPT */
export function openLedgerRecord(value: Buffer): OpenRecord {
  const reader = new ByteReader(value);
  if (reader.u32() !== MAGIC) throw corrupt('it is not of a ledger');
  if (reader.u32() !== crc32(value.subarray(CHECKED_FROM))) throw corrupt('its checksum does not match');
  const version = reader.u8();
  if (version !== VERSION) throw corrupt(`version ${version} is not known`);
  if (reader.u8() !== 0) throw corrupt('unknown flags');
  if (reader.u32() !== value.length) throw corrupt('its length does not match');
  const sequence = reader.u64();
  const writtenAt = timeFrom(reader);
  const previousAt = timeFrom(reader);
  const positionCount = reader.u16();
  const count = reader.u32();
  const nonce = reader.text();
  const positions = positionsFrom(reader, positionCount);
  if (count * PACKED_BYTES > reader.left) throw corrupt('it ends before its entries');
  return { head: { sequence, writtenAt, previousAt, positions, nonce }, count, entriesAt: reader.at };
}

function timeFrom(reader: ByteReader): number {
  const time = reader.u48();
  if (time >= TIME_LIMIT) throw corrupt('a time out of range');
  return time;
}

function positionsFrom(reader: ByteReader, count: number): Map<string, bigint> {
  if (count * LEAST_POSITION > reader.left) throw corrupt('it ends before its positions');
  const positions = new Map<string, bigint>();
  for (let done = 0; done < count; done++) positions.set(reader.text(), reader.u64());
  if (positions.size !== count) throw corrupt('a topic is named twice');
  return positions;
}

function checkHead(head: LedgerHead): void {
  checkWhole(head.writtenAt, TIME_LIMIT, 'writtenAt');
  checkWhole(head.previousAt, TIME_LIMIT, 'previousAt');
  checkWhole(head.positions.size, 2 ** 16, 'the number of positions');
  for (const value of [head.sequence, ...head.positions.values()]) {
    if (value < 0n || value >= U64) throw unfit('sequence and positions must be from 0 to 2^64 - 1');
  }
}
