/**
 * A commit is whole: its records, however many and however large, and its offsets become visible together and in the
 * order of commits. Two producers take turns, and the records of one transaction never stand among those of another.
 */
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { everywhere, PARTITIONS, TransactionsBench, upTo } from './support/transactions-bench.js';

let bench: TransactionsBench;
beforeEach(async () => (bench = await TransactionsBench.open(inject('brokers'))));
afterEach(() => bench.close());

it('records and offsets of many commits, in their order', async () => {
  const writer = await bench.writer();
  expect(await bench.committedOffset()).toBe(-1);
  const commits = 200;
  for (let n = 0; n < commits; n++) {
    const records = [...everywhere(`${n}/0`), ...everywhere(`${n}/1`), ...everywhere(`${n}/2`)];
    await writer.commit({ records: [...records, { topic: 'ledger', partition: 1, key: '', value: Buffer.alloc(60), headers: {} }], offsets: upTo(n + 1) });
  }
  expect(await bench.committedOffset()).toBe(commits);
  const seen = await bench.seen();
  const expected = Array.from({ length: commits }, (_, n) => [`${n}/0`, `${n}/1`, `${n}/2`]).flat();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    expect(seen.filter((record) => record.partition === partition).map(({ value }) => value)).toEqual(expected);
  }
});

it('offsets alone, records alone, and nothing at all', async () => {
  const writer = await bench.writer();
  await writer.commit({ records: [], offsets: upTo(7) });
  expect(await bench.committedOffset()).toBe(7);
  await writer.commit({ records: everywhere('alone'), offsets: new Map() });
  await writer.commit({ records: [], offsets: new Map() });
  expect(await bench.committedOffset()).toBe(7);
  expect(await bench.seen()).toHaveLength(PARTITIONS);
});

it('pitfall 20: more than one request carries: many records, records above the bound, text of all kinds, no value', async () => {
  const writer = await bench.writer();
  const large = 'x'.repeat(300 * 1024);
  const huge = 'y'.repeat(700 * 1024);
  const values = [large, '1', large, huge, large, '2', huge, huge, '3', 'Übertrag für 空港 ✈', ...Array.from({ length: 3_000 }, (_, n) => `${n} ${'z'.repeat(1_000)}`)];
  await writer.commit({
    records: values.map((value) => ({ topic: 'out', partition: 2, key: 'Schlüssel 🗝', value: Buffer.from(value), headers: { 'ce_id': 'ü', long: '✈'.repeat(100), longer: 'l'.repeat(9_000) } })),
    offsets: upTo(1),
  });
  await writer.commit({ records: [{ topic: 'out', partition: 2, key: '', value: null, headers: {} }], offsets: upTo(2) });
  const seen = await bench.seen();
  expect(seen.map(({ value }) => value)).toEqual([...values, 'null']);
  expect(await bench.committedOffset()).toBe(2);
});
