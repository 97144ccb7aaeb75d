import { DocketError } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import { Pool, type PoolClient } from 'pg';
import type { Database, Queryable } from './database.port.js';

const CONNECTIONS = 10;
const CONNECT_MS = 5_000;
/** Longest statement: a query that needs more has lost its index. */
const STATEMENT_MS = 30_000;

/** A Postgres server. Throws DOCKET_DATABASE (retriable) where it cannot be reached; never repeats the address. */
export async function openPostgres(url: string, log: Logger): Promise<Database> {
  const pool = new Pool({
    connectionString: url, max: CONNECTIONS, connectionTimeoutMillis: CONNECT_MS, statement_timeout: STATEMENT_MS,
    application_name: 'docket-console',
  });
  // A connection that breaks while idle is replaced at the next query; unheard, its error would end the process.
  pool.on('error', (err) => log.warn('a database connection broke', { err }));
  const connect = async () => {
    try {
      return await pool.connect();
    } catch (cause) {
      throw new DocketError('DOCKET_DATABASE', 'the database cannot be reached: check DATABASE_URL and the server', { kind: 'retriable', cause });
    }
  };
  const withClient = async <T>(use: (client: PoolClient) => Promise<T>): Promise<T> => {
    const client = await connect();
    try {
      const result = await use(client);
      client.release();
      return result;
    } catch (error) {
      // Closing the connection also rolls back what was begun on it.
      client.release(true);
      throw error;
    }
  };
  const database: Database = {
    query: (sql, parameters) => withClient((client) => queryable(client).query(sql, parameters)),
    transaction: (work) =>
      withClient(async (client) => {
        await client.query('BEGIN');
        const result = await work(queryable(client));
        await client.query('COMMIT');
        return result;
      }),
    close: () => pool.end(),
  };
  try {
    await database.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw error;
  }
  return database;
}

function queryable(client: PoolClient): Queryable {
  return {
    query: async (sql, parameters = []) => {
      const { rows } = await client.query<Record<string, unknown>>(sql, [...parameters]);
      return rows;
    },
  };
}
