import type { InputRecord } from '@docket/stage';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.port.js';
import { openDatabase } from '../database/open-database.js';
import { KeptLog } from '../testing/kept-log.js';
import { clock, inPartition, outcome, step, T0, uuidOf, workUnit } from '../testing/records.js';
import { Projector } from './projector.js';
import { topicDecoders } from './topics.js';

const log = new KeptLog();
let db: Database;
let projector: Projector;

beforeAll(async () => {
  // A Postgres database that may be emptied, e.g. postgres://localhost/scratch; without it PGlite in memory.
  db = await openDatabase({ databaseUrl: process.env['TEST_DATABASE_URL'], dataDir: '' }, log);
  projector = new Projector(db, topicDecoders(['standard', 'pii']), log);
}, 60_000);
afterAll(() => db.close());
async function empty(): Promise<void> {
  await db.query('TRUNCATE source, unit, step, request');
}
beforeEach(empty);

/** Every row of every table, in a fixed order. */
async function rows(): Promise<unknown> {
  return Promise.all(
    ['unit ORDER BY id', 'step ORDER BY unit, leaf', 'request ORDER BY id', 'source ORDER BY topic, part'].map((table) => db.query(`SELECT * FROM ${table}`)),
  );
}

const again = step(2, 'executor', 'retried', { code: 'DOCKET_FUNDER_DOWN' });

/** What some units leave behind, by topic partition. */
const PARTITIONS: readonly (readonly InputRecord[])[] = [
  inPartition([workUnit(1), workUnit(2), workUnit(1, { digest: '9'.repeat(64), receivedAt: '2026-03-02T09:20:00.000Z' })]),
  inPartition([
    step(1, 'intake.grants', 'completed'), step(2, 'intake.grants', 'completed'), step(1, 'validator.grants', 'completed'),
    step(1, 'validator.grants', 'conflict', { code: 'DOCKET_CONFLICT', offset: 2n }), step(1, 'executor', 'completed', { code: 'submitted' }), again,
  ]),
  inPartition([step(2, 'validator.grants', 'completed'), again, step(3, 'intake.records.pii', 'completed', { lane: 'pii' })], 1),
  inPartition([outcome(2, { state: 'dead-lettered', code: 'DOCKET_FUNDER_DOWN', attempts: 6 }), outcome(1), outcome(2, { attempts: 1 }), outcome(1, { state: 'duplicate' })], 0, T0 + 60_000),
  inPartition([workUnit(3, { topic: 'records.standard.work-units', kind: 'record', payload: { requestId: 'FOIA-1', documentId: 'D-1' } })]),
  inPartition([clock('FOIA-1'), clock('FOIA-2'), clock('FOIA-1', { dueOn: '2026-04-10' })]),
];

/** A run: the next batch of some partition, again and again; a batch may overlap what was given before. */
const RUN = fc.array(
  fc.record({ partition: fc.nat(PARTITIONS.length - 1), size: fc.integer({ min: 1, max: 4 }), back: fc.nat(3) }),
  { maxLength: 25 },
);

describe('the projector', () => {
  it('ends in the same rows whatever the interleaving, batching and repetition', async () => {
    for (const records of PARTITIONS) await projector.apply(records);
    const expected = await rows();
    await fc.assert(
      fc.asyncProperty(RUN, async (run) => {
        await empty();
        const at = PARTITIONS.map(() => 0);
        for (const { partition, size, back } of run) {
          const end = Math.min((at[partition] ?? 0) + size, PARTITIONS[partition]?.length ?? 0);
          await projector.apply(PARTITIONS[partition]?.slice(Math.max(0, (at[partition] ?? 0) - back), end) ?? []);
          at[partition] = Math.max(at[partition] ?? 0, end);
        }
        for (const [partition, records] of [...PARTITIONS.entries()].reverse()) await projector.apply(records.slice(at[partition]));
        expect(await rows()).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  }, 120_000);

  it('holds outcomes as told and the first unit of each id', async () => {
    for (const records of PARTITIONS) await projector.apply(records);
    const units = await db.query('SELECT id, lane, state, stage, attempts, code, request, digest FROM unit ORDER BY id');
    expect(units).toMatchObject([
      { id: uuidOf(1), state: 'submitted', stage: 'executor', digest: '1'.padStart(64, '0') },
      { id: uuidOf(2), state: 'submitted', attempts: 1, code: null },
      { id: uuidOf(3), state: 'received', lane: 'pii', request: 'FOIA-1' },
    ]);
  });

  it('changes nothing when a batch, or an old part of it, is applied again', async () => {
    const versions = () => db.query('SELECT id::text AS id, xmin::text AS version FROM unit UNION ALL SELECT topic, next::text FROM source ORDER BY 1');
    const [records = []] = PARTITIONS;
    await projector.apply(records);
    const before = await versions();
    await projector.apply(records);
    await projector.apply(records.slice(0, 1));
    await projector.apply([]);
    expect(await versions()).toEqual(before);
  });

  it('takes nothing of a batch in where one row of it cannot be written', async () => {
    const broken = new Projector(
      db, new Map([['outcomes', () => ({ unit: { id: 'no uuid', lane: 'standard', description: {}, position: {} } as never })]]), log,
    );
    await expect(broken.apply(inPartition([outcome(1)]))).rejects.toThrow();
    expect(await db.query('SELECT * FROM source')).toEqual([]);
  });

  it('leaves out what cannot be read, says where it lies, and goes on', async () => {
    log.lines.length = 0;
    await projector.apply(inPartition([{ topic: 'outcomes', key: 'x', value: Buffer.from('no JSON') }, outcome(5)]));
    expect(await db.query('SELECT id FROM unit')).toEqual([{ id: uuidOf(5) }]);
    expect(await db.query('SELECT next::text AS next FROM source')).toEqual([{ next: '2' }]);
    expect(log.lines).toMatchObject([{ fields: { topic: 'outcomes', partition: 0, offset: '0', code: 'DOCKET_OUTCOME' } }]);
  });
});
