import { expect, it } from 'vitest';
import type { BehaviourWorld } from './behaviour-world.js';
import type { Features } from './features.js';
import { eventually, record, RecordingGroup } from './recording-group.js';

/** Who has which partition, and what is known of it. */
export function membershipBehaviour(features: Features, world: () => BehaviourWorld): void {
  it.runIf(features.membership)('the first member has all, as a new one, and was asked to drain before', async () => {
    const group = await RecordingGroup.join(world(), 2);
    expect(group.assignments[0]).toEqual({ partitions: [0, 1], newMember: true });
    expect(group.events.slice(0, 2)).toEqual(['beforeJoin', 'assigned']);
  });

  it.runIf(features.membership)('a second member gets one partition, and the first keeps the one that it has open', async () => {
    const of = world();
    const first = await RecordingGroup.join(of, 2);
    first.claim(0, 1n);
    first.claim(1, 1n);
    const second = await RecordingGroup.join(of, 1);
    await eventually(() => expect([...first.partitions, ...second.partitions].sort()).toEqual([0, 1]));
    expect(first.assignments.at(-1)?.newMember).toBe(false);
    await second.member.leave();
    await eventually(() => expect(first.partitions).toEqual([0, 1]));
  });

  it.runIf(features.membership && features.exactSeeks)('pitfall 8: a kept partition goes on where it is sought after the join', async () => {
    const of = world();
    const { input, out } = of.topics;
    const first = await RecordingGroup.join(of, 2);
    for (const partition of [0, 1]) first.claim(partition, 1n);
    const ports = [await first.open(0), await first.open(1)];
    for (const port of ports) {
      port.seek(input, 0n);
      port.resume(input);
    }
    for (const partition of [0, 1]) await of.append(input, partition, ['1', '2', '3']);
    await eventually(() => expect([...first.values(input, 0), ...first.values(input, 1)]).toHaveLength(6));
    await RecordingGroup.join(of, 1);
    await eventually(() => expect(first.partitions).toHaveLength(1));
    const [kept = -1] = first.partitions;
    const port = ports[kept];
    const before = first.records(input, kept).length;
    port?.seek(input, 2n);
    await eventually(() => expect(first.values(input, kept).slice(before).at(-1)).toBe('3'));
    await of.append(input, kept, ['4']);
    await eventually(() => expect(first.values(input, kept).at(-1)).toBe('4'));
    // What the join's own positions brought stands before; from the seek on it is exact.
    expect(first.values(input, kept).slice(-2)).toEqual(['3', '4']);
    await port?.commit({ records: [record(out, 'still its own', kept)], offsets: new Map() });
    await eventually(async () => expect(await of.read(out, kept)).toEqual(['still its own']));
  });

  it.runIf(features.membership)('pitfall 26: a sign of life sent later than now is waited for, and the lease reaches beyond it', async () => {
    const of = world();
    const group = await RecordingGroup.join(of, 2);
    const port = await group.open();
    const asked = of.now();
    await group.member.heartbeatAfter(asked);
    expect(of.now()).toBeGreaterThan(asked);
    expect(port.leaseUntil()).toBeGreaterThan(asked);
  });
}
