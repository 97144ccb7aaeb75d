import { DocketError } from '@docket/contracts';
import type { Database } from './database.port.js';

/** One step of the schema; never changed once released. */
export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  readonly statements: readonly string[];
}

/** Any number that nothing else on the server locks. */
const LOCK = '7310548273';

/**
 * Brings the schema up to date in one transaction; processes that start at once wait for each other. Throws
 * DOCKET_DATABASE_VERSION (critical) where the database is newer than this program.
 */
export async function migrate(database: Database, migrations: readonly Migration[]): Promise<void> {
  await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1::bigint)', [LOCK]);
    await tx.query(
      'CREATE TABLE IF NOT EXISTS schema_version (version int PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())',
    );
    const [row] = await tx.query('SELECT coalesce(max(version), 0)::int AS version FROM schema_version');
    const current = Number(row?.['version'] ?? 0);
    const newest = migrations.at(-1)?.version ?? 0;
    if (current > newest) {
      throw new DocketError('DOCKET_DATABASE_VERSION', `the database has schema ${current}, this program knows ${newest}: run a newer console or an empty database`);
    }
    for (const { version, name, statements } of migrations.filter((migration) => migration.version > current)) {
      for (const statement of statements) await tx.query(statement);
      await tx.query('INSERT INTO schema_version (version, name) VALUES ($1::int, $2)', [String(version), name]);
    }
  });
}
