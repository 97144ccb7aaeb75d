import type { TaskPort } from '@docket/stage';
import { expect, it } from 'vitest';
import type { BehaviourWorld } from './behaviour-world.js';
import type { Features } from './features.js';
import { eventually, record, RecordingGroup } from './recording-group.js';

/** An acknowledged commit is decided; its markers reach logs and offsets a moment later. */
const seen = (of: BehaviourWorld, topic: string, partition: number, expected: readonly string[]) =>
  eventually(async () => expect((await of.read(topic, partition)).join()).toBe(expected.join()));
const committed = (port: TaskPort, topic: string, expected: bigint) =>
  eventually(async () => expect((await port.bounds([topic])).get(topic)?.committed).toBe(expected));

const values = (count: number) => Array.from({ length: count }, (_, index) => String(index));

/** What a commit does, and who may commit. */
export function commitBehaviour(features: Features, world: () => BehaviourWorld): void {
  const begin = async () => {
    const of = world();
    const group = await RecordingGroup.join(of, 2);
    return { of, group, ...of.topics };
  };

  it.runIf(features.transactions)('pitfall 7: shows records and offsets together once it resolves', async () => {
    const { of, group, input, retry, out } = await begin();
    const port = await group.open();
    expect((await port.bounds([input])).get(input)?.committed).toBeUndefined();
    await port.commit({ records: [record(out, '1'), record(out, '2', 0), record(retry, '3')], offsets: new Map([[input, 5n], [retry, 1n]]) });
    await seen(of, out, 1, ['1']);
    await seen(of, out, 0, ['2']);
    await seen(of, retry, 1, ['3']);
    await committed(port, input, 5n);
    await committed(port, retry, 1n);
  });

  it.runIf(features.transactions)('takes offsets alone, records alone, and nothing', async () => {
    const { of, group, input, out } = await begin();
    const port = await group.open();
    await port.commit({ records: [], offsets: new Map([[input, 5n]]) });
    await port.commit({ records: [record(out, '1')], offsets: new Map() });
    await port.commit({ records: [], offsets: new Map() });
    await committed(port, input, 5n);
    await seen(of, out, 1, ['1']);
  });

  it.runIf(features.ordering)('keeps the order of records within a commit and of commits', async () => {
    const { of, group, out } = await begin();
    const port = await group.open();
    const all = values(400);
    for (let at = 0; at < all.length; at += 40) await port.commit({ records: all.slice(at, at + 40).map((value) => record(out, value)), offsets: new Map() });
    await seen(of, out, 1, all);
  });

  it.runIf(features.transactions)('takes thousands of records at once', async () => {
    const { of, group, out, input } = await begin();
    const port = await group.open();
    const all = values(3_000);
    await port.commit({ records: all.map((value) => record(out, value)), offsets: new Map([[input, 3_000n]]) });
    await seen(of, out, 1, all);
  });

  it('tells where topics begin and end', async () => {
    const { of, group, input, retry } = await begin();
    const port = await group.open();
    await of.append(input, 1, values(3));
    await of.append(retry, 0, values(9));
    const bounds = await port.bounds([input, retry]);
    expect(bounds.get(input)).toEqual({ committed: undefined, low: 0n, high: 3n });
    expect(bounds.get(retry)).toEqual({ committed: undefined, low: 0n, high: 0n });
  });

  it.runIf(features.fencing)('is refused for good to whoever was fenced, and shows nothing', async () => {
    const { of, group, out, input } = await begin();
    const first = await group.open();
    await first.commit({ records: [record(out, '1')], offsets: new Map([[input, 1n]]) });
    const second = await group.open();
    await expect(first.commit({ records: [record(out, 'zombie')], offsets: new Map([[input, 66n]]) })).rejects.toMatchObject({ retriable: true });
    await expect(first.commit({ records: [], offsets: new Map([[input, 66n]]) })).rejects.toMatchObject({ retriable: true });
    // As many as it has producers, each of which the zombie may have begun a transaction on.
    await second.commit({ records: [record(out, '2')], offsets: new Map([[input, 2n]]) });
    await second.commit({ records: [record(out, '3')], offsets: new Map([[input, 3n]]) });
    await seen(of, out, 1, ['1', '2', '3']);
    await committed(second, input, 3n);
  });

  it.runIf(features.fencing)('is another partition\'s own matter', async () => {
    const { of, group, out } = await begin();
    const [one, other] = [await group.open(1), await group.open(0)];
    await one.commit({ records: [record(out, '1')], offsets: new Map() });
    await other.commit({ records: [record(out, '0', 0)], offsets: new Map() });
    await seen(of, out, 1, ['1']);
    await seen(of, out, 0, ['0']);
  });

  it('is refused to a port that never fenced', async () => {
    const { group, out } = await begin();
    await expect(group.member.open(1).commit({ records: [record(out, '1')], offsets: new Map() })).rejects.toMatchObject({ retriable: true });
  });

  it('is refused to a port that is closed, and closing one that was never used does no harm', async () => {
    const { of, group, out } = await begin();
    const port = await group.open();
    await port.close();
    await group.member.open(1).close();
    await expect(port.commit({ records: [record(out, '1')], offsets: new Map() })).rejects.toMatchObject({ retriable: true });
    expect(await of.read(out, 1)).toEqual([]);
  });

  it.runIf(features.transactions && features.fencing)('of an opening is read back to its end: what was committed before a fence stands before its marker', async () => {
    const { group, ledger } = await begin();
    for (let life = 1; life <= 3; life++) {
      const port = await group.open();
      await port.commit({ records: [record(ledger, `marker ${life}`)], offsets: new Map() });
      const { low } = (await port.bounds([ledger])).get(ledger) ?? { low: -1n };
      const before = group.records(ledger).length;
      port.seek(ledger, low);
      port.resume(ledger);
      await eventually(() => expect(group.values(ledger).slice(before).at(-1)).toBe(`marker ${life}`));
      expect(group.values(ledger).slice(before)).toEqual(Array.from({ length: life }, (_, at) => `marker ${at + 1}`));
    }
  });

  it('write() is acknowledged outside any transaction, and audit() too', async () => {
    const { of, group, out } = await begin();
    const port = await group.open();
    await port.write([record(out, '1'), record(out, '2')]);
    expect(await of.read(out, 1)).toEqual(['1', '2']);
    await port.audit([]);
  });
}
