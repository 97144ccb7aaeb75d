import type { InputRecord } from '@docket/stage';

/** Where a record lies. */
export type Place = Pick<InputRecord, 'topic' | 'partition' | 'offset'>;

/**
 * A text that sorts (byte by byte) first by rank, then by time, then by place. Two records never have the same
 * one, so that the greatest, or the least, of any set of records is the same whatever order they come in.
 * @param rank 0 to 9999
 * @param time milliseconds since the epoch, not negative
 */
export function orderKey(rank: number, time: number, { topic, partition, offset }: Place): string {
  return [digits(rank, 4), digits(time, 15), topic, digits(partition, 6), digits(offset, 19)].join('/');
}

function digits(value: number | bigint, width: number): string {
  return String(value).padStart(width, '0');
}
