/**
 * Of all writers with one id the last to fence is the only one that writes: the commit of one before it rejects at
 * once and shows nothing, whichever of its two producers has the turn. What a crash leaves open is ended, so that it
 * neither shows nor holds readers up.
 */
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { everywhere, TransactionsBench, upTo } from './support/transactions-bench.js';

let bench: TransactionsBench;
beforeEach(async () => (bench = await TransactionsBench.open(inject('brokers'))));
afterEach(() => bench.close());

it.each([0, 1, 2, 3])('a writer that is taken over after %i commits', async (before) => {
  const first = await bench.writer();
  for (let n = 0; n < before; n++) await first.commit({ records: everywhere('first'), offsets: upTo(n) });
  const second = await bench.writer();
  const start = performance.now();
  await expect(first.commit({ records: everywhere('zombie'), offsets: upTo(666) })).rejects.toMatchObject({ code: 'DOCKET_FENCED', retriable: true });
  expect(performance.now() - start).toBeLessThan(1_000);
  await expect(first.commit({ records: [], offsets: upTo(666) })).rejects.toMatchObject({ code: 'DOCKET_FENCED' });
  await second.commit({ records: everywhere('second'), offsets: upTo(100) });
  const values = (await bench.seen()).filter(({ partition }) => partition === 0).map(({ value }) => value);
  expect(values).toEqual([...Array.from({ length: before }, () => 'first'), 'second']);
  expect(await bench.committedOffset()).toBe(100);
});

it('a zombie that is woken in the middle of a commit', async () => {
  const first = await bench.writer();
  await first.commit({ records: everywhere('first'), offsets: upTo(1) });
  // Both at once, many times: the takeover falls before, between and behind the requests of a commit.
  for (let round = 0; round < 20; round++) {
    const zombie = await bench.writer();
    const [commit, fence] = await Promise.allSettled([zombie.commit({ records: everywhere(`zombie ${round}`), offsets: upTo(round * 2 + 2) }), bench.writer()]);
    expect(fence.status).toBe('fulfilled');
    const visible = (await bench.committedOffset()) === round * 2 + 2;
    if (commit.status === 'fulfilled') expect(visible).toBe(true);
    if (fence.status === 'fulfilled') await fence.value.commit({ records: everywhere(visible ? `with ${round}` : `without ${round}`), offsets: upTo(round * 2 + 3) });
  }
  const values = (await bench.seen()).map(({ value }) => value);
  for (let round = 0; round < 20; round++) {
    const count = (value: string) => values.filter((one) => one === value).length;
    expect([count(`zombie ${round}`), count(`with ${round}`), count(`without ${round}`)]).toEqual(count(`with ${round}`) > 0 ? [3, 3, 0] : [0, 0, 3]);
  }
});

it('of writers that fence at the same time only one commits', async () => {
  for (let round = 0; round < 10; round++) {
    const writers = await Promise.all([bench.writer(), bench.writer(), bench.writer()]);
    const commits = writers.map(async (writer, n) => {
      let count = 0;
      try {
        for (; count < 4; count++) await writer.commit({ records: everywhere(`${round}/${n}`), offsets: upTo(round * 10 + count + 1) });
      } catch (error) {
        expect(error).toMatchObject({ code: 'DOCKET_FENCED' });
      }
      return count;
    });
    const counts = await Promise.all(commits);
    expect(counts.filter((count) => count > 0)).toHaveLength(1);
    expect(await bench.committedOffset()).toBe(round * 10 + Math.max(...counts));
    await Promise.all(writers.map((writer) => writer.close()));
  }
  expect(new Set((await bench.seen()).map(({ value }) => value)).size).toBe(10);
});

it.each(['a', 'b'] as const)('a transaction that a crash left open on producer %s', async (producer) => {
  await bench.abandon(producer, 'never seen');
  const writer = await bench.writer();
  expect(await bench.committedOffset()).toBe(-1);
  await writer.commit({ records: everywhere('after'), offsets: upTo(1) });
  expect(new Set((await bench.seen()).map(({ value }) => value))).toEqual(new Set(['after']));
  expect(await bench.committedOffset()).toBe(1);
});

it('a writer that was not fenced, or is closed, commits nothing', async () => {
  const writer = await bench.writer();
  await writer.close();
  await expect(writer.commit({ records: everywhere('closed'), offsets: upTo(1) })).rejects.toMatchObject({ code: 'DOCKET_COMMIT', retriable: true });
});
