import type { RowTable } from './row-table.js';

/** Which words of a row an index goes by. */
export interface RowKey {
  /** 32 bits, signed, mixed well. */
  hash(words: Uint32Array, base: number): number;
  equal(a: Uint32Array, aBase: number, b: Uint32Array, bBase: number): boolean;
}

const SEGMENTS = 256;
const FIRST_CAPACITY = 16;
const GROWTH = 2;
const FULLEST = 0.8;
const EMPTIEST = 0.3;
const TAG_BITS = 6;
const TAG = (1 << TAG_BITS) - 1;
const WORD = 2 ** 32;
/** Shared by segments that nothing was put into yet; one empty cell ends every probe. */
const UNUSED = new Uint32Array(1);

/**
 * Open addressing, linear probing, no tombstones. A cell is (slot + 1) and 6 bits of the hash, 0 = empty: a probe
 * rarely has to look at a row. 256 segments grow one by one, their sizes staggered, so that no growth is long and
 * the memory follows the size. At most one slot a key.
 */
export class SlotIndex {
  readonly #segments = new Array<Uint32Array>(SEGMENTS).fill(UNUSED);
  readonly #counts = new Uint32Array(SEGMENTS);

  constructor(private readonly table: RowTable, private readonly key: RowKey) {}

  get bytes(): number {
    return this.#segments.reduce((sum, cells) => sum + cells.byteLength, 0);
  }

  hash(words: Uint32Array, base: number): number {
    return this.key.hash(words, base);
  }

  /** The slot whose row has the same key, or -1. */
  find(hash: number, words: Uint32Array, base: number): number {
    const cells = this.#segments[hash >>> 24] as Uint32Array;
    for (let place = homeOf(hash, cells.length); ; place = next(place, cells)) {
      const cell = cells[place] as number;
      if (cell === 0) return -1;
      if (((cell ^ hash) & TAG) !== 0) continue;
      const slot = (cell >>> TAG_BITS) - 1;
      if (this.key.equal(this.table.words(slot), this.table.base(slot), words, base)) return slot;
    }
  }

  /** The key must not be in the index yet. */
  insert(hash: number, slot: number): void {
    const segment = hash >>> 24;
    const count = (this.#counts[segment] as number) + 1;
    let cells = this.#segments[segment] as Uint32Array;
    if (count > cells.length * FULLEST) cells = this.#resize(segment, Math.max(leastCapacity(segment), Math.ceil(cells.length * GROWTH)));
    this.#counts[segment] = count;
    put(cells, hash, cellOf(hash, slot));
  }

  /** Points the key at another row of the same key. */
  replace(hash: number, from: number, to: number): void {
    const cells = this.#segments[hash >>> 24] as Uint32Array;
    cells[locate(cells, hash, from)] = cellOf(hash, to);
  }

  /** The slot must be in the index, its row still as it was, and so all other rows in the index. */
  remove(hash: number, slot: number): void {
    const segment = hash >>> 24;
    const cells = this.#segments[segment] as Uint32Array;
    let hole = locate(cells, hash, slot);
    for (let place = next(hole, cells); cells[place] !== 0; place = next(place, cells)) {
      const cell = cells[place] as number;
      const home = homeOf(this.#hashOf(cell), cells.length);
      // A cell whose home lies behind the hole must stay where a probe from there finds it.
      const stays = hole <= place ? hole < home && home <= place : hole < home || home <= place;
      if (stays) continue;
      cells[hole] = cell;
      hole = place;
    }
    cells[hole] = 0;
    const count = (this.#counts[segment] as number) - 1;
    this.#counts[segment] = count;
    if (count < cells.length * EMPTIEST && cells.length > leastCapacity(segment)) {
      this.#resize(segment, Math.max(leastCapacity(segment), Math.ceil(cells.length / GROWTH)));
    }
  }

  #resize(segment: number, capacity: number): Uint32Array {
    const old = this.#segments[segment] as Uint32Array;
    // All rows are read first: memory is the slow part, and reads that wait for nothing overlap.
    const hashes = new Int32Array(old.length);
    for (let place = 0; place < old.length; place++) {
      const cell = old[place] as number;
      if (cell !== 0) hashes[place] = this.#hashOf(cell);
    }
    const cells = new Uint32Array(capacity);
    for (let place = 0; place < old.length; place++) {
      const cell = old[place] as number;
      if (cell !== 0) put(cells, hashes[place] as number, cell);
    }
    this.#segments[segment] = cells;
    return cells;
  }

  #hashOf(cell: number): number {
    const slot = (cell >>> TAG_BITS) - 1;
    return this.key.hash(this.table.words(slot), this.table.base(slot));
  }
}

function leastCapacity(segment: number): number {
  return Math.round(FIRST_CAPACITY * GROWTH ** (segment / SEGMENTS));
}

/** The high 8 bits chose the segment, the following choose the place. */
function homeOf(hash: number, capacity: number): number {
  return Math.floor((((hash << 8) >>> 0) * capacity) / WORD);
}

function next(place: number, cells: Uint32Array): number {
  return place + 1 === cells.length ? 0 : place + 1;
}

function cellOf(hash: number, slot: number): number {
  return (((slot + 1) << TAG_BITS) | (hash & TAG)) >>> 0;
}

function put(cells: Uint32Array, hash: number, cell: number): void {
  let place = homeOf(hash, cells.length);
  while (cells[place] !== 0) place = next(place, cells);
  cells[place] = cell;
}

function locate(cells: Uint32Array, hash: number, slot: number): number {
  const cell = cellOf(hash, slot);
  let place = homeOf(hash, cells.length);
  while (cells[place] !== cell) {
    if (cells[place] === 0) throw new Error('the slot is not in the index');
    place = next(place, cells);
  }
  return place;
}
