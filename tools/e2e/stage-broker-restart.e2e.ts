/**
 * A broker that stops and comes back: the stage's process lives, resumes by itself, and every record is handled. A connection
 * kept for questions (lag) answers again too.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createKafka, keptAdmin, partitionEnds } from '@docket/stage-kafka';
import { EmbeddedKafka } from '@docket/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { pass, StageBench } from './support/stage-bench.js';

const dataDir = mkdtempSync(join(tmpdir(), 'docket-e2e-restart-'));
const nothing = () => undefined;
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  rmSync(dataDir, { recursive: true, force: true });
});

it('pitfall 25: a stage outlives its broker', async () => {
  const first = await EmbeddedKafka.start({ dataDir });
  const port = Number(first.brokers[0]?.split(':')[1]);
  const bench = await StageBench.open(first.brokers);
  ends.push(() => bench.close());
  await bench.start((value, { orderKey }) => pass(value, orderKey));
  await bench.send('a', 'before');
  await vi.waitFor(async () => expect(await bench.read('out')).toHaveLength(1), { timeout: 30_000, interval: 200 });

  const admin = keptAdmin(createKafka({ brokers: first.brokers, clientId: 'asks', log: { info: nothing, warn: nothing, error: nothing } }));
  ends.push(() => admin.close());
  const end = async () => (await partitionEnds(admin, bench.names, [bench.spec.input])).reduce((sum, partition) => sum + partition.end, 0);
  expect(await end()).toBe(1);

  first.kill();
  await first.exited;
  const sending = bench.send('a', 'while-away');
  const second = await EmbeddedKafka.start({ dataDir, port });
  ends.unshift(() => second.stop());
  await sending;
  await bench.send('a', 'after');
  await vi.waitFor(
    async () => expect([...new Set((await bench.read('out')).map((record) => String(record.value)))]).toEqual(['before', 'while-away', 'after']),
    { timeout: 60_000, interval: 500 },
  );
  expect(await end()).toBe(3);
  expect(bench.critical).toEqual([]);
});
