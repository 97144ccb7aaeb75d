import { DocketError } from '@docket/contracts';
import { META, ROW_WORDS } from './row.js';

const CHUNK_BITS = 12;
export const CHUNK_ROWS = 1 << CHUNK_BITS;
/** What the indices can address. */
const MAX_ROWS = 2 ** 26 - CHUNK_ROWS;
const NONE = new Uint32Array(0);

/** Rows in one buffer, with lower bounds that let scans pass it by. */
export interface Chunk {
  words: Uint32Array;
  live: number;
  /** First row never used. */
  fresh: number;
  /** First row of the free list + 1; 0 = none. A free row's first word is the next. */
  free: number;
  /** No row expires before this time. */
  soonestExpiry: number;
  /** No row that must be carried was written before this time. */
  oldestKept: number;
}

/** Rows addressed by slot. Grows a chunk at a time, so nothing is copied; a chunk left empty is given back. */
export class RowTable {
  readonly chunks: Chunk[] = [];
  /** Numbers of chunks with room. */
  readonly #open: number[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.words.byteLength, 0);
  }

  /** The buffer that holds a slot's row, from base(slot). */
  words(slot: number): Uint32Array {
    return this.chunk(slot).words;
  }

  base(slot: number): number {
    return (slot & (CHUNK_ROWS - 1)) * ROW_WORDS;
  }

  chunk(slot: number): Chunk {
    return this.chunks[slot >>> CHUNK_BITS] as Chunk;
  }

  /** @throws DocketError DOCKET_LEDGER_FULL at 67 million rows */
  allocate(): number {
    const number = this.#open.at(-1) ?? this.#extend();
    const chunk = this.chunks[number] as Chunk;
    if (chunk.words.length === 0) chunk.words = new Uint32Array(CHUNK_ROWS * ROW_WORDS);
    let row = chunk.free - 1;
    if (row < 0) row = chunk.fresh++;
    else chunk.free = chunk.words[row * ROW_WORDS] as number;
    if (++chunk.live === CHUNK_ROWS) this.#open.pop();
    this.#size++;
    return number * CHUNK_ROWS + row;
  }

  release(slot: number): void {
    const chunk = this.chunk(slot);
    const base = this.base(slot);
    if (chunk.live === CHUNK_ROWS) this.#open.push(slot >>> CHUNK_BITS);
    chunk.words[base + META] = 0;
    chunk.words[base] = chunk.free;
    chunk.free = base / ROW_WORDS + 1;
    this.#size--;
    if (--chunk.live === 0) Object.assign(chunk, emptyChunk());
  }

  #extend(): number {
    const number = this.chunks.length;
    if (number * CHUNK_ROWS >= MAX_ROWS) {
      throw new DocketError('DOCKET_LEDGER_FULL', 'a ledger partition holds 67 million units: use more partitions or a shorter dedupe window', { kind: 'critical' });
    }
    this.chunks.push(emptyChunk());
    this.#open.push(number);
    return number;
  }
}

function emptyChunk(): Chunk {
  return { words: NONE, live: 0, fresh: 0, free: 0, soonestExpiry: Infinity, oldestKept: Infinity };
}
