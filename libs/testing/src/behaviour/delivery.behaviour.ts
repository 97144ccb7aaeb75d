import { expect, it } from 'vitest';
import type { BehaviourWorld } from './behaviour-world.js';
import type { Features } from './features.js';
import { eventually, record, RecordingGroup } from './recording-group.js';

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => String(from + index));

/** How records come: paused at first, in order, exactly from where they were sought. */
export function deliveryBehaviour(features: Features, world: () => BehaviourWorld): void {
  const begin = async () => {
    const of = world();
    const group = await RecordingGroup.join(of, 2);
    const port = await group.open();
    port.seek(of.topics.probe, 0n);
    return { of, group, port, input: of.topics.input };
  };

  it.runIf(features.pauses)('every topic starts paused', async () => {
    const { of, group, port, input } = await begin();
    await of.append(input, 1, ['1']);
    port.seek(input, 0n);
    await group.quiet(port);
    expect(group.values(input)).toEqual([]);
  });

  it.runIf(features.ordering)('records come in order, none passed over, none twice, over many fetches', async () => {
    const { of, group, port, input } = await begin();
    port.seek(input, 0n);
    port.resume(input);
    for (let batch = 0; batch < 10; batch++) await of.append(input, 1, numbers(batch * 50, batch * 50 + 50));
    await eventually(() => expect(group.records(input)).toHaveLength(500));
    expect(group.values(input)).toEqual(numbers(0, 500));
    const offsets = group.records(input).map(({ offset }) => offset);
    expect(offsets.every((offset, at) => at === 0 || offset > (offsets[at - 1] ?? 0n))).toBe(true);
    expect(group.records(input)[0]).toMatchObject({ topic: input, partition: 1 });
    expect(group.records(input, 0)).toEqual([]);
  });

  it.runIf(features.exactSeeks)('a seek goes forwards and back, to the record', async () => {
    const { of, group, port, input } = await begin();
    await of.append(input, 1, numbers(0, 20));
    port.seek(input, 7n);
    port.resume(input);
    await eventually(() => expect(group.values(input).at(-1)).toBe('19'));
    expect(group.values(input)).toEqual(numbers(7, 20));
    port.seek(input, 3n);
    await eventually(() => expect(group.records(input)).toHaveLength(13 + 17));
    expect(group.values(input).slice(13)).toEqual(numbers(3, 20));
  });

  it.runIf(features.exactSeeks && features.transactions)('a seek to an offset that holds no record goes to the first behind it', async () => {
    const { group, port, input } = await begin();
    await port.commit({ records: [record(input, '1')], offsets: new Map() });
    await port.commit({ records: [record(input, '2')], offsets: new Map() });
    // Offset 1 is the marker of the first transaction, or nothing at all.
    port.seek(input, 1n);
    port.resume(input);
    await eventually(() => expect(group.values(input)).toEqual(['2']));
  });

  it.runIf(features.exactSeeks)('pitfall 8: a seek while records are under way drops those, and begins where it was told', async () => {
    const { of, group, port, input } = await begin();
    port.seek(input, 0n);
    port.resume(input);
    await of.append(input, 1, numbers(0, 400));
    await eventually(() => expect(group.records(input).length).toBeGreaterThan(0));
    for (let round = 0; round < 20; round++) {
      port.seek(input, BigInt(100 + round));
      // A fetch from there is under way, more or less far.
      for (let turn = 0; turn < round % 5; turn++) await new Promise(setImmediate);
      const before = group.records(input).length;
      port.seek(input, BigInt(round));
      await eventually(() => expect(group.records(input).length).toBeGreaterThan(before));
      const after = group.records(input).slice(before).map(({ offset }) => offset);
      expect(after).toEqual(after.map((_, at) => BigInt(round + at)));
    }
  });

  it.runIf(features.pauses)('a pause stops deliveries soon, and resume goes on behind the last', async () => {
    const { of, group, port, input } = await begin();
    port.seek(input, 0n);
    port.resume(input);
    await of.append(input, 1, numbers(0, 50));
    await eventually(() => expect(group.records(input)).toHaveLength(50));
    port.pause(input);
    await group.quiet(port);
    await of.append(input, 1, numbers(50, 60));
    await group.quiet(port);
    expect(group.records(input)).toHaveLength(50);
    port.resume(input);
    await eventually(() => expect(group.records(input)).toHaveLength(60));
    expect(group.values(input)).toEqual(numbers(0, 60));
  });

  it.runIf(features.lastStableOffset && features.fencing)('an open transaction holds its readers back, and is never seen once it is fenced', async () => {
    const { of, group, port, input } = await begin();
    port.seek(input, 0n);
    port.resume(input);
    await of.abandon(1, input, 'never seen');
    await of.append(input, 1, ['behind it']);
    await group.quiet(port);
    expect(group.values(input)).toEqual([]);
    const next = await group.open();
    next.seek(of.topics.probe, 0n);
    next.seek(input, 0n);
    next.resume(input);
    await eventually(() => expect(group.values(input)).toEqual(['behind it']));
  });
}
