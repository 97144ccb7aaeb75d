import type { Parameter, Queryable } from '../database/database.port.js';

/** A column: its name, its Postgres type, its value as text, and its text form where a row is written. */
export interface Column<T> {
  readonly name: string;
  readonly type: 'uuid' | 'text' | 'int' | 'bigint' | 'timestamptz' | 'jsonb';
  readonly of: (row: T) => string | null;
}

export interface UpsertTarget<T> {
  readonly table: string;
  readonly columns: readonly Column<T>[];
  /** What follows `ON CONFLICT`. */
  readonly onConflict: string;
}

/** Writes rows, one a key, in their order, by one statement. */
export async function upsert<T>(tx: Queryable, { table, columns, onConflict }: UpsertTarget<T>, rows: readonly T[]): Promise<void> {
  if (rows.length === 0) return;
  const names = columns.map(({ name }) => name);
  const values = columns.map(({ name, type }) => `${name}::${type}`);
  const lists = columns.map((_, at) => `$${at + 1}::text[]`);
  const parameters: Parameter[] = columns.map(({ of }) => rows.map(of));
  await tx.query(
    `INSERT INTO ${table} (${names.join(', ')})
     SELECT ${values.join(', ')} FROM unnest(${lists.join(', ')}) AS given (${names.join(', ')})
     ON CONFLICT ${onConflict}`,
    parameters,
  );
}

/** Milliseconds since the epoch as Postgres reads them. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString();
}
