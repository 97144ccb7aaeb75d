import type { Logger } from '@docket/observability';
import type { Database } from './database.port.js';
import { migrate } from './migrate.js';
import { MIGRATIONS } from './migrations/migrations.js';

export interface DatabaseSettings {
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
}

/** The read model's database with its newest tables: Postgres where a URL is given, else PGlite. */
export async function openDatabase(settings: DatabaseSettings, log: Logger): Promise<Database> {
  const database = await open(settings, log);
  try {
    await migrate(database, MIGRATIONS);
  } catch (error) {
    await database.close();
    throw error;
  }
  return database;
}

/** Only the driver that is needed is loaded: PGlite alone takes some 100 MB. */
async function open({ databaseUrl, dataDir }: DatabaseSettings, log: Logger): Promise<Database> {
  if (databaseUrl === undefined) return (await import('./pglite.database.js')).openPglite(dataDir);
  return (await import('./postgres.database.js')).openPostgres(databaseUrl, log);
}
