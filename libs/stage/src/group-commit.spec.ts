import { ManualClock } from '@docket/contracts';
import { beforeEach, describe, expect, it } from 'vitest';
import { GroupCommit, type Finished } from './group-commit.js';
import { readLedgerHead } from './ledger/ledger-record.js';
import { Ledger } from './ledger/ledger.js';
import { Source } from './source.js';
import { entry, idOf, pendingEntry } from './testing/entries.js';
import { MemoryBroker } from './testing/memory-broker.js';
import { MemoryPort } from './testing/memory-port.js';
import { settle } from './testing/task-bench.js';

const HOUR_MS = 3_600_000;

async function bench(carryAfterMs = HOUR_MS) {
  const clock = new ManualClock(10 * HOUR_MS);
  const broker = new MemoryBroker(clock, 2);
  const port = new MemoryPort(broker, () => undefined);
  await port.fence();
  const ledger = new Ledger({ windowMs: 100 * HOUR_MS, keepDeadMs: 1_000 * HOUR_MS });
  const source = new Source('in', 0);
  source.watermark.reset(0n);
  const committed: number[] = [];
  const failures: Error[] = [];
  const commits = new GroupCommit({
    port, ledger, ledgerTopic: 'ledger', partition: 2, sources: [source], clock, last: { sequence: 6n, writtenAt: 5 }, carryAfterMs,
    onLanded: () => undefined, onCommitted: (units) => committed.push(units), onFailure: (error) => failures.push(error),
  });
  /** A record of the input that is done. */
  const done = (name: string, offset: bigint, more: Partial<Finished> = {}): Finished => {
    source.watermark.open(offset);
    return { records: [], entry: entry(name, { offset }), source, offset, ...more };
  };
  const heads = () => broker.read('ledger').map(({ value }) => readLedgerHead(value ?? Buffer.alloc(0)));
  return { clock, broker, ledger, source, commits, committed, failures, done, heads };
}

describe('GroupCommit', () => {
  let of: Awaited<ReturnType<typeof bench>>;
  beforeEach(async () => (of = await bench()));

  it('writes one ledger record a transaction, in sequence, which names the offsets committed with it', async () => {
    of.commits.add(of.done('1', 0n));
    of.commits.kick();
    await settle();
    of.commits.add(of.done('3', 2n));
    of.commits.kick();
    await of.commits.idle();
    expect(of.heads()).toMatchObject([{ sequence: 7n, previousAt: 5, count: 1 }, { sequence: 8n, count: 1 }]);
    expect(of.heads().map(({ positions }) => positions.get('in'))).toEqual([1n, 3n]);
    expect(of.broker.committed.get('in')).toBe(3n);
  });

  it('cuts what would make its ledger record larger than the topic takes', async () => {
    for (let n = 0; n < 1_000; n++) {
      const of1 = pendingEntry(String(n), BigInt(n), { orderKey: 'k'.repeat(1_024) });
      of.commits.add(of.done(String(n), BigInt(n), { entry: of1 }));
    }
    of.commits.kick();
    await of.commits.idle();
    const sizes = of.broker.read('ledger').map(({ value }) => value?.length ?? 0);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
    expect(of.heads().reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
  });

  it('has the step of what is added without a kick during a commit on the record, too, before it is committed', async () => {
    const step = { stage: 's', step: 'completed', code: 'ok', attempt: 1, input: { topic: 'in', partition: 2, offset: 1n }, traceparent: '',
      identity: { correlationId: 'c', batchTraceId: 'b', digest: 'd' } } as const;
    const answer = of.broker.hold('commit');
    of.commits.add(of.done('0', 0n));
    of.commits.kick();
    await settle();
    of.commits.add(of.done('1', 1n, { step }));
    answer();
    await of.commits.idle();
    expect(of.heads()).toHaveLength(2);
    expect(of.broker.audited).toMatchObject([step]);
  });

  it('puts what finishes during a commit into the next, all at once', async () => {
    const answer = of.broker.hold('commit');
    for (const offset of [0n, 1n, 2n]) {
      of.commits.add(of.done(String(offset), offset));
      of.commits.kick();
      await settle();
    }
    answer();
    await of.commits.idle();
    expect(of.committed).toEqual([1, 2]);
  });

  it('commits what is added at any moment of a commit under way', async () => {
    for (let turns = 0; turns < 40; turns++) {
      of = await bench();
      of.commits.add(of.done('1', 0n));
      of.commits.kick();
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      of.commits.add(of.done('2', 1n));
      of.commits.kick();
      await settle();
      expect({ turns, offset: of.broker.committed.get('in') }).toEqual({ turns, offset: 2n });
    }
  });

  it('bounds a group by count and bytes, but lets a large one through alone', async () => {
    for (let offset = 0n; offset < 2_500n; offset++) of.commits.add(of.done(String(offset), offset));
    of.commits.kick();
    await of.commits.idle();
    expect(of.committed).toEqual([2_000, 500]);
    const large = { topic: 'out', key: 'k', value: Buffer.alloc(1_500_000), headers: {} };
    for (const offset of [2_500n, 2_501n, 2_502n]) of.commits.add(of.done(String(offset), offset, { records: [large] }));
    of.commits.kick();
    await of.commits.idle();
    expect(of.committed.slice(2)).toEqual([1, 1, 1]);
    of.commits.add(of.done('huge', 2_503n, { records: [large, large, large] }));
    of.commits.kick();
    await of.commits.idle();
    expect(of.broker.read('out')).toHaveLength(6);
  });

  it('changes the ledger only when the commit is acknowledged', async () => {
    const answer = of.broker.hold('commit');
    let told = false;
    of.commits.add(of.done('1', 0n, { onCommitted: () => (told = true) }));
    of.commits.kick();
    await settle();
    expect({ known: of.ledger.get(idOf('1')), told }).toEqual({ known: undefined, told: false });
    answer();
    await of.commits.idle();
    expect({ known: of.ledger.get(idOf('1'))?.state, told }).toEqual({ known: 'done', told: true });
  });

  it('tells a failed commit once and commits no more', async () => {
    of.broker.fail('commit');
    of.commits.add(of.done('1', 0n));
    of.commits.kick();
    await settle();
    of.commits.add(of.done('2', 1n));
    of.commits.kick();
    await of.commits.idle();
    expect({ failures: of.failures.length, known: of.ledger.size, committed: of.broker.committed.size }).toEqual({ failures: 1, known: 0, committed: 0 });
  });

  it('closed, it starts no further commit, and refuses what was to be written', async () => {
    const answer = of.broker.hold('commit');
    const first = of.commits.write([{ topic: 'attempts', key: 'k', value: null, headers: {} }]);
    await settle();
    const second = of.commits.write([{ topic: 'attempts', key: 'k', value: null, headers: {} }]);
    of.commits.close();
    await expect(first).rejects.toMatchObject({ code: 'DOCKET_REVOKED', retriable: true });
    await expect(second).rejects.toMatchObject({ code: 'DOCKET_REVOKED' });
    await expect(of.commits.write([])).rejects.toMatchObject({ code: 'DOCKET_REVOKED' });
    answer();
    await settle();
    // The one under way took effect; nobody asked for its answer any more.
    expect(of.broker.read('attempts')).toHaveLength(1);
  });

  it('resolves a write when it is committed', async () => {
    const answer = of.broker.hold('commit');
    let written = false;
    const write = of.commits.write([{ topic: 'attempts', key: 'k', value: null, headers: {} }]).then(() => (written = true));
    await settle();
    expect(written).toBe(false);
    answer();
    await write;
    expect(of.broker.read('attempts')).toHaveLength(1);
  });

  it('carries forward what is not final once its record grows old, and never over what the group itself writes', async () => {
    of.ledger.apply([pendingEntry('old', 1n), entry('dead', { state: 'dead' }), entry('final')], 8 * HOUR_MS);
    of.ledger.apply([pendingEntry('young', 2n)], 10 * HOUR_MS - 1);
    of.commits.add(of.done('old', 0n));
    of.commits.kick();
    await of.commits.idle();
    const replayed = new Ledger({ windowMs: 100 * HOUR_MS, keepDeadMs: 1_000 * HOUR_MS });
    for (const { value } of of.broker.read('ledger')) if (value) replayed.restore(value);
    expect([replayed.get(idOf('old'))?.state, replayed.get(idOf('dead'))?.state, replayed.size]).toEqual(['done', 'dead', 2]);
  });

  it('goes on by itself until all that is old is carried, and rests then', async () => {
    of.ledger.apply(Array.from({ length: 500 }, (_, n) => entry(`dead ${n}`, { state: 'dead' })), 8 * HOUR_MS);
    of.commits.add(of.done('1', 0n));
    of.commits.kick();
    await settle();
    expect(of.heads().map(({ count }) => count)).toEqual([201, 200, 100]);
    expect(of.commits.quiet).toBe(true);
  });

  it('lets who waits for quiet not wait for what is to be carried, and carries on with the next commit', async () => {
    of.ledger.apply(Array.from({ length: 500 }, (_, n) => entry(`dead ${n}`, { state: 'dead' })), 8 * HOUR_MS);
    of.commits.add(of.done('1', 0n));
    of.commits.kick();
    await of.commits.idle();
    expect(of.heads()).toHaveLength(1);
    of.commits.add({ records: [] });
    of.commits.kick();
    await settle();
    expect(of.heads().map(({ count }) => count)).toEqual([201, 200, 100]);
  });

  it('carries once on opening and once an hour', async () => {
    of = await bench(0);
    const commit = async (name: string, offset: bigint) => {
      of.commits.add(of.done(name, offset));
      of.commits.kick();
      await of.commits.idle();
      return of.heads().at(-1)?.count;
    };
    of.ledger.apply([entry('dead', { state: 'dead' })], 1);
    expect(await commit('1', 0n)).toBe(2);
    of.clock.advance(1);
    expect(await commit('2', 1n)).toBe(1);
    of.clock.advance(HOUR_MS);
    expect(await commit('3', 2n)).toBe(2);
  });
});
