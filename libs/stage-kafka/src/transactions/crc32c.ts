/** Castagnoli's polynomial, bits reversed. */
const POLYNOMIAL = 0x82f63b78;

/** Eight tables of 256, one after the other: table k is for a byte with k bytes behind it. */
const TABLES = makeTables();

/** CRC-32C of part of a buffer, eight bytes a step: more than twice as fast as a byte a step. */
export function crc32c(data: Uint8Array, start: number, end: number): number {
  const tables = TABLES;
  let crc = -1;
  let i = start;
  for (const last = end - 8; i <= last; i += 8) {
    crc ^= byte(data, i) | (byte(data, i + 1) << 8) | (byte(data, i + 2) << 16) | (byte(data, i + 3) << 24);
    crc =
      at(tables, 1792 + (crc & 0xff)) ^ at(tables, 1536 + ((crc >>> 8) & 0xff)) ^
      at(tables, 1280 + ((crc >>> 16) & 0xff)) ^ at(tables, 1024 + (crc >>> 24)) ^
      at(tables, 768 + byte(data, i + 4)) ^ at(tables, 512 + byte(data, i + 5)) ^
      at(tables, 256 + byte(data, i + 6)) ^ at(tables, byte(data, i + 7));
  }
  for (; i < end; i++) crc = at(tables, (crc ^ byte(data, i)) & 0xff) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTables(): Int32Array {
  const tables = new Int32Array(8 * 256);
  for (let n = 0; n < 256; n++) {
    let crc = n;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[n] = crc;
  }
  for (let n = 256; n < tables.length; n++) {
    const before = at(tables, n - 256);
    tables[n] = (before >>> 8) ^ at(tables, before & 0xff);
  }
  return tables;
}

function byte(data: Uint8Array, i: number): number {
  return data[i] ?? 0;
}

function at(tables: Int32Array, i: number): number {
  return tables[i] ?? 0;
}
