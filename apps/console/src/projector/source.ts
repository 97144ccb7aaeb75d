import type { InputRecord } from '@docket/stage';
import type { Queryable } from '../database/database.port.js';
import { timestamp } from './upsert.js';

/**
 * Holds the row of this topic partition until the transaction ends, and leaves out the records that were taken in
 * before: a batch that is given twice, or by two processes at once, counts once.
 */
export async function takeNew(tx: Queryable, records: readonly InputRecord[]): Promise<InputRecord[]> {
  const first = records[0];
  if (!first) return [];
  const place = [first.topic, first.partition];
  await tx.query('INSERT INTO source (topic, part, next) VALUES ($1, $2::int, 0) ON CONFLICT DO NOTHING', place);
  const [row] = await tx.query('SELECT next::text AS next FROM source WHERE topic = $1 AND part = $2::int FOR UPDATE', place);
  const next = BigInt(String(row?.['next']));
  return records.filter((record) => record.offset >= next);
}

/** Notes how far the partition is taken in. */
export async function moveOn(tx: Queryable, { topic, partition, offset, timestamp: at }: InputRecord): Promise<void> {
  await tx.query('UPDATE source SET next = $3::bigint, record_at = $4::timestamptz WHERE topic = $1 AND part = $2::int', [
    topic, partition, String(offset + 1n), timestamp(at),
  ]);
}

/** The next offset to take in, by topic and partition. */
export async function readSources(db: Queryable): Promise<ReadonlyMap<string, bigint>> {
  const rows = await db.query('SELECT topic, part, next::text AS next FROM source');
  return new Map(rows.map((row) => [sourceKey(String(row['topic']), Number(row['part'])), BigInt(String(row['next']))]));
}

export function sourceKey(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}
