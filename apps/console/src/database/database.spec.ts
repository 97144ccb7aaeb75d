import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeptLog } from '../testing/kept-log.js';
import type { Database } from './database.port.js';
import { migrate, type Migration } from './migrate.js';
import { openPglite } from './pglite.database.js';
import { openPostgres } from './postgres.database.js';

/** A Postgres database that may be emptied, e.g. postgres://localhost/scratch; without it only PGlite is asked. */
const url = process.env['TEST_DATABASE_URL'];

const ADAPTERS: readonly (readonly [string, () => Promise<Database>])[] = [
  ['PGlite', () => openPglite('')],
  ...(url === undefined ? [] : [['Postgres', () => openPostgres(url, new KeptLog())] as const]),
];

const first: Migration = { version: 1, name: 'first', statements: ['CREATE TABLE item (id int PRIMARY KEY, at timestamptz, data jsonb, n bigint)'] };
const second: Migration = { version: 2, name: 'second', statements: ['ALTER TABLE item ADD COLUMN note text', 'CREATE INDEX item_note ON item (note)'] };

describe.each(ADAPTERS)('%s', (_, open) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
    await db.query('DROP TABLE IF EXISTS item, schema_version');
  }, 60_000);
  afterAll(() => db.close());

  it('applies each migration once, in order', async () => {
    await migrate(db, [first]);
    await Promise.all([migrate(db, [first, second]), migrate(db, [first, second])]);
    expect(await db.query('SELECT version, name FROM schema_version ORDER BY version')).toEqual([
      { version: 1, name: 'first' }, { version: 2, name: 'second' },
    ]);
  });

  it('applies all of a migration or nothing', async () => {
    const bad: Migration = { version: 3, name: 'bad', statements: ['CREATE TABLE half (id int)', 'CREATE NONSENSE'] };
    await expect(migrate(db, [first, second, bad])).rejects.toThrow();
    expect(await db.query("SELECT to_regclass('half') AS half, max(version) AS version FROM schema_version")).toEqual([{ half: null, version: 2 }]);
  });

  it('refuses a database that is newer than the program', async () => {
    await expect(migrate(db, [first])).rejects.toMatchObject({ code: 'DOCKET_DATABASE_VERSION' });
  });

  it('reads back lists of texts as the types of the columns', async () => {
    await db.query(
      `INSERT INTO item (id, at, data, n, note) SELECT id::int, at::timestamptz, data::jsonb, n::bigint, note
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[]) AS given (id, at, data, n, note)`,
      [['1', '2'], ['2026-03-02T09:00:00.123Z', null], ['{"a":["{},\\""]}', '[]'], ['9223372036854775807', '0'], ['NULL', null]],
    );
    expect(await db.query('SELECT id, at, data, n::text AS n, note FROM item ORDER BY id')).toEqual([
      { id: 1, at: new Date('2026-03-02T09:00:00.123Z'), data: { a: ['{},"'] }, n: '9223372036854775807', note: 'NULL' },
      { id: 2, at: null, data: [], n: '0', note: null },
    ]);
  });

  it('rolls back a transaction that fails, and works on', async () => {
    const failed = db.transaction(async (tx) => {
      await tx.query('DELETE FROM item');
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await expect(db.query('SELECT nonsense')).rejects.toThrow();
    expect(await db.query('SELECT count(*)::int AS n FROM item')).toEqual([{ n: 2 }]);
  });

  it('commits a transaction that resolves', async () => {
    await db.transaction((tx) => tx.query('DELETE FROM item WHERE id = $1::int', [2]));
    expect(await db.query('SELECT id FROM item')).toEqual([{ id: 1 }]);
  });
});

it('says that a server is out of reach, without its address', async () => {
  const opened = openPostgres('postgres://example:hush@127.0.0.1:1/none', new KeptLog());
  await expect(opened).rejects.toMatchObject({ code: 'DOCKET_DATABASE', retriable: true, message: expect.not.stringMatching(/hush|127/) as string });
});
