/**
 * A broker that is killed in the middle of commits: a commit is acknowledged, or rejects and is whole or absent, and
 * the committed offset tells which.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TransactionWriter } from '@docket/stage-kafka';
import { EmbeddedKafka } from '@docket/testing';
import { afterEach, expect, it, vi } from 'vitest';
import { everywhere, PARTITIONS, TransactionsBench, upTo } from './support/transactions-bench.js';

const dataDir = mkdtempSync(join(tmpdir(), 'docket-e2e-transactions-'));
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  rmSync(dataDir, { recursive: true, force: true });
});

it('pitfall 12: no commit is ever half', async () => {
  let broker = await EmbeddedKafka.start({ dataDir });
  const port = Number(broker.brokers[0]?.split(':')[1]);
  ends.push(() => broker.stop());
  const bench = await TransactionsBench.open(broker.brokers);
  ends.push(() => bench.close());

  let next = 0;
  let rejected = 0;
  const end = new AbortController();
  // Repeats what is not in the committed offset, as a task does.
  const committing = (async () => {
    let writer: TransactionWriter | undefined;
    while (!end.signal.aborted) {
      try {
        if (!writer) {
          writer = await bench.writer();
          next = Math.max(await bench.committedOffset(), 0);
        }
        await writer.commit({ records: everywhere(String(next)), offsets: upTo(next + 1) });
        next++;
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/^DOCKET_(COMMIT|FENCED)$/) as unknown, retriable: true });
        rejected++;
        await writer?.close();
        writer = undefined;
      }
    }
  })();
  for (let kills = 0; kills < 2; kills++) {
    const goal = next + 50;
    await vi.waitUntil(() => next >= goal, { timeout: 60_000 });
    broker.kill();
    await broker.exited;
    broker = await EmbeddedKafka.start({ dataDir, port });
  }
  const goal = next + 50;
  await vi.waitUntil(() => next >= goal, { timeout: 60_000 });
  end.abort();
  await committing;

  expect(rejected).toBeGreaterThan(0);
  expect(await bench.committedOffset()).toBe(next);
  const expected = Array.from({ length: next }, (_, n) => String(n));
  const seen = await bench.seen();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    expect(seen.filter((record) => record.partition === partition).map(({ value }) => value)).toEqual(expected);
  }
});
