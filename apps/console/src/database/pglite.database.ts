import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DocketError } from '@docket/contracts';
import { PGlite } from '@electric-sql/pglite';
import type { Database, Parameter, Queryable, Row } from './database.port.js';
import { lockFolder } from './folder-lock.js';

/** What PGlite itself and its transactions have in common. */
interface Runner {
  query(sql: string, parameters?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * Postgres in this process, one connection: transactions wait for each other.
 * @param folder empty: in memory
 * Throws DOCKET_DATABASE_IN_USE where another process has the folder, DOCKET_DATABASE where its content is unusable.
 */
export async function openPglite(folder: string): Promise<Database> {
  if (folder === '') return wrap(await PGlite.create(), () => undefined);
  mkdirSync(folder, { recursive: true });
  const unlock = lockFolder(folder);
  try {
    return wrap(await PGlite.create(join(folder, 'pg')), unlock);
  } catch (cause) {
    unlock();
    throw new DocketError('DOCKET_DATABASE', `the database in ${folder} cannot be opened: remove the folder, it is built anew from Kafka`, { cause });
  }
}

function wrap(pglite: PGlite, unlock: () => void): Database {
  return {
    ...queryable(pglite),
    transaction: (work) => pglite.transaction((tx) => work(queryable(tx))),
    close: async () => {
      await pglite.close();
      unlock();
    },
  };
}

function queryable(runner: Runner): Queryable {
  return {
    query: async (sql: string, parameters: readonly Parameter[] = []) => (await runner.query(sql, [...parameters])).rows as Row[],
  };
}
