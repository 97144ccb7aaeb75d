/** A part of a partition: from an offset up to, not including, another. */
export interface OffsetRange {
  readonly from: bigint;
  readonly upTo: bigint;
}

/** Partition to range. */
export type OffsetRanges = ReadonlyMap<number, OffsetRange>;

/** Those with anything in them. */
export function withRecords(ranges: OffsetRanges): Map<number, OffsetRange> {
  return new Map([...ranges].filter(([, { from, upTo }]) => from < upTo).sort(([a], [b]) => a - b));
}
