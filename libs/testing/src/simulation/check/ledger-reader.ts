/** An entry of the ledger as the checker needs it. */
export interface SeenEntry {
  readonly id: string;
  readonly digest: string;
  readonly offset: number;
  readonly state: 'done' | 'retrying' | 'held' | 'parked' | 'dead' | 'redriven';
  readonly attempt: number;
  readonly hop: number;
}

export interface SeenRecord {
  readonly sequence: bigint;
  readonly nonce: string;
  readonly positions: ReadonlyMap<string, number>;
  readonly entries: readonly SeenEntry[];
}

const STATES = [undefined, 'done', 'retrying', 'held', 'parked', 'dead', 'redriven'] as const;

/** Head up to the texts: magic, checksum, version, flags, length, sequence, two times, two counts. */
const COUNTS_AT = 34;
const FIXED_ENTRY_BYTES = 60;
const PENDING = 16;

/**
 * Reads a ledger record after its written format, and not with the code under test: what both sides misread alike no
 * check would find. Throws a RangeError or an Error where it is none.
 */
export function readLedgerRecord(value: Buffer): SeenRecord {
  let at = COUNTS_AT + 6;
  const text = (): string => {
    const prefix = value.readUInt32BE(at);
    const end = at + 4 + (prefix >>> 1);
    const found = value.toString(prefix & 1 ? 'utf16le' : 'utf8', at + 4, end);
    at = end;
    return found;
  };
  const nonce = text();
  const positions = new Map<string, number>();
  for (let left = value.readUInt16BE(COUNTS_AT); left > 0; left--) {
    const topic = text();
    positions.set(topic, Number(value.readBigUInt64BE(at)));
    at += 8;
  }
  const entries: SeenEntry[] = [];
  for (let left = value.readUInt32BE(COUNTS_AT + 2); left > 0; left--) {
    const meta = value.readUInt32BE(at + 56);
    const state = STATES[meta & 7];
    if (!state) throw new Error('an entry of no state');
    entries.push({
      id: value.toString('hex', at, at + 16),
      digest: value.toString('hex', at + 16, at + 32),
      offset: (value.readUInt32BE(at + 44) >>> 11) * 2 ** 32 + value.readUInt32BE(at + 40),
      state,
      attempt: meta >>> 16,
      hop: value.readUInt32BE(at + 52),
    });
    at += FIXED_ENTRY_BYTES;
    if (meta & PENDING) {
      at += 7;
      text();
      text();
    }
  }
  if (at !== value.length) throw new Error('something follows the entries');
  return { sequence: value.readBigUInt64BE(14), nonce, positions, entries };
}
