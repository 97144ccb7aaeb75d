import type { LedgerState } from './ledger-entry.js';

/*
 * One entry in 16 words (64 bytes, a cache line):
 *   0-3 id | 4-7 digest | 8-9 subject | 10 offset, low 32 bits | 11 offset, high 21, then time, high 11
 *   12 time, low 32 | 13 hop | 14 attempt (16 bits), written, high 11, flags 5 | 15 written, low 32
 * Flags: state in bits 0-2 (0 = the row is free), bit 3 = dead or parked before, bit 4 = has a pending part.
 * Words 0-14, without the time of writing, are also what a record holds of an entry.
 */
export const ROW_WORDS = 16;
export const ID = 0;
export const ID_WORDS = 4;
export const DIGEST = 4;
export const SUBJECT = 8;
export const CONTENT_WORDS = 6;
export const META = 14;

/** Times are whole milliseconds below this (year 2248). */
export const TIME_LIMIT = 2 ** 43;

export const BEFORE = 8;
export const PENDING = 16;
/** The bits of the META word that belong to the time of writing. */
export const WRITTEN_BITS = 0xffe0;

const OFFSET = 10;
const TIME = 11;
const HOP = 13;
const WRITTEN = 15;
const WORD = 2 ** 32;

/** A state's code is its place. */
export const STATES: readonly (LedgerState | undefined)[] = [undefined, 'done', 'retrying', 'held', 'parked', 'dead', 'redriven'];
export const DONE = 1;
export const RETRYING = 2;
export const HELD = 3;
export const PARKED = 4;
export const DEAD = 5;
export const REDRIVEN = 6;

export function word(words: Uint32Array, at: number): number {
  return words[at] as number;
}

export function stateOf(words: Uint32Array, base: number): number {
  return word(words, base + META) & 7;
}

export function isMarked(words: Uint32Array, base: number, flag: number): boolean {
  return (word(words, base + META) & flag) !== 0;
}

export function mark(words: Uint32Array, base: number, flag: number): void {
  words[base + META] = word(words, base + META) | flag;
}

export function offsetOf(words: Uint32Array, base: number): number {
  return (word(words, base + TIME) >>> 11) * WORD + word(words, base + OFFSET);
}

export function timeOf(words: Uint32Array, base: number): number {
  return (word(words, base + TIME) & 0x7ff) * WORD + word(words, base + TIME + 1);
}

export function setOffsetAndTime(words: Uint32Array, base: number, offset: number, time: number): void {
  words[base + OFFSET] = offset % WORD;
  words[base + TIME] = (Math.floor(offset / WORD) << 11) | Math.floor(time / WORD);
  words[base + TIME + 1] = time % WORD;
}

export function writtenOf(words: Uint32Array, base: number): number {
  return ((word(words, base + META) >>> 5) & 0x7ff) * WORD + word(words, base + WRITTEN);
}

export function setWritten(words: Uint32Array, base: number, writtenAt: number): void {
  words[base + META] = (word(words, base + META) & ~WRITTEN_BITS) | (Math.floor(writtenAt / WORD) << 5);
  words[base + WRITTEN] = writtenAt % WORD;
}

export function hopOf(words: Uint32Array, base: number): number {
  return word(words, base + HOP);
}

export function attemptOf(words: Uint32Array, base: number): number {
  return word(words, base + META) >>> 16;
}

/** Sets attempt, hop and flags, and clears the time of writing. */
export function setMeta(words: Uint32Array, base: number, attempt: number, hop: number, flags: number): void {
  words[base + HOP] = hop;
  words[base + META] = (attempt << 16) | flags;
}

/** Whether a row must outlive the record that holds it: all but a plain `done`. */
export function isKept(words: Uint32Array, base: number): boolean {
  return stateOf(words, base) !== DONE || isMarked(words, base, BEFORE);
}

export function copyRow(row: Uint32Array, words: Uint32Array, base: number): void {
  for (let at = 0; at < ROW_WORDS; at++) words[base + at] = row[at] as number;
}

/** Same digest, subject and offset: nothing that the content index goes by differs. */
export function sameContent(words: Uint32Array, base: number, row: Uint32Array): boolean {
  for (let at = DIGEST; at < DIGEST + CONTENT_WORDS; at++) {
    if (words[base + at] !== row[at]) return false;
  }
  return offsetOf(words, base) === offsetOf(row, 0);
}
