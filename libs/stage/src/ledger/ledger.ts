import { ByteReader } from './byte-reader.js';
import { ContentIndex } from './content-index.js';
import { checkWhole, entryToRow, rowToEntry } from './entry-row.js';
import { readHex } from './hex.js';
import type { LedgerEntry, LedgerPending } from './ledger-entry.js';
import { corrupt } from './ledger-error.js';
import { openLedgerRecord, type LedgerHead } from './ledger-record.js';
import { PACKED_BYTES, unpackPending, unpackRow } from './packed-entry.js';
import { ID_KEY } from './row-keys.js';
import { CHUNK_ROWS, RowTable, type Chunk } from './row-table.js';
import {
  BEFORE, copyRow, DEAD, DIGEST, DONE, HELD, ID, ID_WORDS, isKept, isMarked, mark, PARKED, PENDING, RETRYING, ROW_WORDS, sameContent, setWritten,
  stateOf, SUBJECT, TIME_LIMIT, timeOf, writtenOf,
} from './row.js';
import { SlotIndex } from './slot-index.js';

export interface LedgerOptions {
  /** How long a `done` entry counts: dedupe window and retry horizon, in milliseconds. */
  readonly windowMs: number;
  /** How long `dead`, `parked`, and `done` reached after either, count, in milliseconds. */
  readonly keepDeadMs: number;
  /** Whether findContent is wanted; default true. Without, an entry takes some 9 bytes less. */
  readonly contents?: boolean;
}

/**
 * What one partition knows of its units: filled by restore(), kept up by apply() after each commit. The last entry of
 * an id wins. At most 80 bytes an entry; the extras of unfinished ones come on top.
 */
export class Ledger {
  readonly #table = new RowTable();
  readonly #ids = new SlotIndex(this.#table, ID_KEY);
  readonly #contents: ContentIndex | undefined;
  /** By slot. */
  readonly #pending = new Map<number, LedgerPending>();
  /** The row about to be put or looked for. */
  readonly #row = new Uint32Array(ROW_WORDS);
  #purgedTo = 0;
  #carryFrom = 0;

  constructor(private readonly options: LedgerOptions) {
    if (options.contents !== false) this.#contents = new ContentIndex(this.#table);
  }

  get size(): number {
    return this.#table.size;
  }

  /** Bytes held by the tables, without the extras of unfinished entries. */
  get bytes(): number {
    return this.#table.bytes + this.#ids.bytes + (this.#contents?.bytes ?? 0);
  }

  /**
   * Replays one record. Records are replayed in order; after an error the ledger must be discarded.
   * @throws DocketError DOCKET_LEDGER_CORRUPT
   */
  restore(value: Buffer): LedgerHead {
    const { head, count, entriesAt } = openLedgerRecord(value);
    const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
    let at = entriesAt;
    for (let done = 0; done < count; done++) {
      if (at + PACKED_BYTES > value.length) throw corrupt('it ends before its entries');
      const hasPending = unpackRow(view, at, this.#row);
      at += PACKED_BYTES;
      let pending: LedgerPending | undefined;
      if (hasPending) {
        const reader = new ByteReader(value, at);
        pending = unpackPending(reader, isMarked(this.#row, 0, BEFORE));
        at = reader.at;
      }
      this.#put(head.writtenAt, pending);
    }
    if (at !== value.length) throw corrupt('something follows its entries');
    return head;
  }

  /**
   * Takes up the entries of a committed record, written at `writtenAt` by the writer's clock.
   * @throws DocketError DOCKET_LEDGER_ENTRY where an entry breaks its contract; those before it are taken up
   */
  apply(entries: readonly LedgerEntry[], writtenAt: number): void {
    checkWhole(writtenAt, TIME_LIMIT, 'writtenAt');
    for (const entry of entries) {
      entryToRow(entry, this.#row);
      this.#put(writtenAt, entry.pending);
    }
  }

  get(id: string): LedgerEntry | undefined {
    const slot = this.#find(id);
    return slot < 0 ? undefined : this.#entry(slot);
  }

  /** The entry with this subject and digest and, if given, another id: the earliest by input offset that is not expired as of the last purge. */
  findContent(subject: string, digest: string, exceptId?: string): LedgerEntry | undefined {
    const except = exceptId === undefined ? -1 : this.#find(exceptId);
    readHex(digest, 'digest', this.#row, DIGEST, 4);
    readHex(subject, 'subject', this.#row, SUBJECT, 2);
    for (const slot of this.#contents?.find(this.#row, 0) ?? []) {
      if (slot !== except && this.#expiry(this.#table.words(slot), this.#table.base(slot)) >= this.#purgedTo) return this.#entry(slot);
    }
    return undefined;
  }

  /** Entries `retrying` and `held`, by rising input offset. */
  unfinished(): LedgerEntry[] {
    const slots = [...this.#pending.keys()].filter((slot) => {
      const state = stateOf(this.#table.words(slot), this.#table.base(slot));
      return state === RETRYING || state === HELD;
    });
    return slots.map((slot) => this.#entry(slot)).sort((a, b) => Number(a.offset - b.offset));
  }

  /** Entries `parked` until a time. */
  parkedUntil(): LedgerEntry[] {
    const slots = [...this.#pending.keys()].filter((slot) => stateOf(this.#table.words(slot), this.#table.base(slot)) === PARKED);
    return slots.map((slot) => this.#entry(slot));
  }

  /**
   * Drops what has expired at `now`, the broker's time in milliseconds; a time before that of an earlier purge counts as that one.
   * Never drops `retrying`, `held` and `redriven`. Costs nothing to speak of while nothing expires.
   */
  purge(now: number): void {
    this.#purgedTo = Math.max(this.#purgedTo, now);
    for (const [number, chunk] of this.#table.chunks.entries()) {
      if (chunk.soonestExpiry < this.#purgedTo) this.#purgeChunk(chunk, number * CHUNK_ROWS);
    }
  }

  /**
   * At most `limit` entries that must be written again, as the record that holds them was written before `before`:
   * all but those `done` without ever having been dead or parked. Commit and apply() them, then ask again until none is left.
   */
  carry(before: number, limit: number): LedgerEntry[] {
    const found: LedgerEntry[] = [];
    const chunks = this.#table.chunks;
    for (let seen = 0; seen < chunks.length; seen++) {
      const number = (this.#carryFrom + seen) % chunks.length;
      const chunk = chunks[number] as Chunk;
      if (chunk.oldestKept >= before) continue;
      if (!this.#carryChunk(chunk, number * CHUNK_ROWS, before, limit, found)) {
        this.#carryFrom = number;
        break;
      }
    }
    return found;
  }

  /** Puts the row at hand into the tables. */
  #put(writtenAt: number, pending: LedgerPending | undefined): void {
    const row = this.#row;
    const hash = this.#ids.hash(row, ID);
    let slot = this.#ids.find(hash, row, ID);
    setWritten(row, 0, writtenAt);
    if (slot < 0) {
      slot = this.#table.allocate();
      copyRow(row, this.#table.words(slot), this.#table.base(slot));
      this.#ids.insert(hash, slot);
      this.#contents?.add(slot);
    } else {
      this.#overwrite(slot);
    }
    if (pending) this.#pending.set(slot, pending);
    const chunk = this.#table.chunk(slot);
    chunk.soonestExpiry = Math.min(chunk.soonestExpiry, this.#expiry(row, 0));
    if (isKept(row, 0)) chunk.oldestKept = Math.min(chunk.oldestKept, writtenAt);
  }

  #overwrite(slot: number): void {
    const row = this.#row;
    const words = this.#table.words(slot);
    const base = this.#table.base(slot);
    const state = stateOf(words, base);
    // A carried entry is the same again and no new step.
    const wasDead = (state === DEAD || state === PARKED) && state !== stateOf(row, 0);
    if (wasDead || isMarked(words, base, BEFORE)) mark(row, 0, BEFORE);
    if (isMarked(words, base, PENDING)) this.#pending.delete(slot);
    if (sameContent(words, base, row)) return copyRow(row, words, base);
    this.#contents?.remove(slot);
    copyRow(row, words, base);
    this.#contents?.add(slot);
  }

  #find(id: string): number {
    readHex(id, 'id', this.#row, ID, ID_WORDS);
    return this.#ids.find(this.#ids.hash(this.#row, 0), this.#row, 0);
  }

  #entry(slot: number): LedgerEntry {
    return rowToEntry(this.#table.words(slot), this.#table.base(slot), this.#pending.get(slot));
  }

  /** From when on purge() may drop a row, or for ever. */
  #expiry(words: Uint32Array, base: number): number {
    const state = stateOf(words, base);
    if (state !== DONE && state !== DEAD && state !== PARKED) return Infinity;
    return timeOf(words, base) + (isKept(words, base) ? this.options.keepDeadMs : this.options.windowMs);
  }

  #purgeChunk(chunk: Chunk, firstSlot: number): void {
    // The chunk lets go of its buffer with its last row.
    const { words, fresh } = chunk;
    let soonest = Infinity;
    for (let row = 0; row < fresh; row++) {
      const base = row * ROW_WORDS;
      if (stateOf(words, base) === 0) continue;
      const expiry = this.#expiry(words, base);
      if (expiry < this.#purgedTo) this.#drop(firstSlot + row, words, base);
      else soonest = Math.min(soonest, expiry);
    }
    chunk.soonestExpiry = soonest;
  }

  #drop(slot: number, words: Uint32Array, base: number): void {
    if (isMarked(words, base, PENDING)) this.#pending.delete(slot);
    this.#ids.remove(this.#ids.hash(words, base), slot);
    this.#contents?.remove(slot);
    this.#table.release(slot);
  }

  /** False when the limit is reached. */
  #carryChunk(chunk: Chunk, firstSlot: number, before: number, limit: number, found: LedgerEntry[]): boolean {
    const { words, fresh } = chunk;
    let oldest = Infinity;
    for (let row = 0; row < fresh; row++) {
      const base = row * ROW_WORDS;
      if (stateOf(words, base) === 0 || !isKept(words, base) || this.#expiry(words, base) < this.#purgedTo) continue;
      const writtenAt = writtenOf(words, base);
      oldest = Math.min(oldest, writtenAt);
      if (writtenAt >= before) continue;
      if (found.length >= limit) return false;
      found.push(this.#entry(firstSlot + row));
    }
    chunk.oldestKept = oldest;
    return true;
  }
}
