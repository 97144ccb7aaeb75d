import type { ByteReader } from './byte-reader.js';
import { textSize, type ByteWriter } from './byte-writer.js';
import { entryToRow, isPackedRow } from './entry-row.js';
import type { LedgerEntry, LedgerPending } from './ledger-entry.js';
import { corrupt } from './ledger-error.js';
import { isMarked, META, PENDING, ROW_WORDS, TIME_LIMIT, word } from './row.js';

/** The first 15 words of a row, big-endian; a pending part follows where the flags say so. */
const WORDS = META + 1;
export const PACKED_BYTES = WORDS * 4;

const scratch = new Uint32Array(ROW_WORDS);

export function packedSize(entry: LedgerEntry): number {
  const pending = entry.pending;
  return PACKED_BYTES + (pending ? 7 + textSize(pending.orderKey) + textSize(pending.operation) : 0);
}

/** @throws DocketError DOCKET_LEDGER_ENTRY */
export function packEntry(entry: LedgerEntry, out: ByteWriter): void {
  entryToRow(entry, scratch);
  for (let at = 0; at < WORDS; at++) out.u32(word(scratch, at));
  const pending = entry.pending;
  if (!pending) return;
  out.u8(pending.tier);
  out.u48(pending.dueAt);
  out.text(pending.orderKey);
  out.text(pending.operation);
}

/**
 * Reads the fixed part at `at`, which must lie within `view`, into `row`; true where a pending part follows.
 * @throws DocketError DOCKET_LEDGER_CORRUPT
 */
export function unpackRow(view: DataView, at: number, row: Uint32Array): boolean {
  for (let word = 0; word < WORDS; word++) row[word] = view.getUint32(at + word * 4);
  if (!isPackedRow(row)) throw corrupt('an entry of unknown state');
  return isMarked(row, 0, PENDING);
}

/** `dead` is not written: the row's flag says it. */
export function unpackPending(reader: ByteReader, dead: boolean): LedgerPending {
  const tier = reader.u8();
  const dueAt = reader.u48();
  if (dueAt >= TIME_LIMIT) throw corrupt('a due time out of range');
  return { tier, dueAt, orderKey: reader.text(), operation: reader.text(), dead };
}
