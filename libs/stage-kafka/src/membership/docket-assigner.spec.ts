import { AssignerProtocol, type Assigner, type Cluster, type Logger } from 'kafkajs';
import { beforeEach, describe, expect, it } from 'vitest';
import { docketAssigner, type DocketAssignerOptions } from './docket-assigner.js';
import { readMember } from './member-metadata.js';

let calls: string[];
let members: { memberId: string; clientId: string; memberMetadata: Buffer }[];
let errors: string[];
let cluster: Cluster;
const partitions: Record<string, number> = {};

beforeEach(() => {
  [calls, members, errors] = [[], [], []];
  Object.assign(partitions, { in: 4, ledger: 4, short: 2 });
  const coordinator = {
    describeGroups: () => Promise.resolve({ groups: [{ groupId: 'g', members }] }),
    leaveGroup: ({ memberId }: { memberId: string }) => {
      calls.push(`leave ${memberId}`);
      return Promise.resolve();
    },
  };
  cluster = {
    connect: () => Promise.resolve(),
    findGroupCoordinator: () => {
      calls.push('coordinator');
      return Promise.resolve(coordinator);
    },
    findTopicPartitionMetadata: (topic: string) => Array.from({ length: partitions[topic] ?? 0 }, () => ({})),
  } as unknown as Cluster;
});

function assigner(more: Partial<DocketAssignerOptions> = {}): Assigner {
  const options: DocketAssignerOptions = {
    instance: 'a', bootAt: 100, claims: () => [{ partition: 1, marker: 7n }],
    beforeJoin: ({ first }) => {
      calls.push(first ? 'before first' : 'before');
      return Promise.resolve();
    },
    log: { info: () => undefined, warn: () => undefined, error: (text) => errors.push(text) },
    ...more,
  };
  return docketAssigner(options)({ cluster, groupId: 'g', logger: {} as Logger });
}

function joined(memberId: string, of: Assigner, topics = ['in', 'ledger']) {
  return { memberId, memberMetadata: of.protocol({ topics }).metadata };
}

async function assigned(by: Assigner, group: { memberId: string; memberMetadata: Buffer }[], topics = ['in', 'ledger']) {
  const result = await by.assign({ members: group, topics });
  return Object.fromEntries(result.map(({ memberId, memberAssignment }) => [memberId, AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment]));
}

describe('before a join', () => {
  it('pitfall 6, pitfall 25: drains, and before the first, and the first after a crash, makes ghosts leave', async () => {
    const own = assigner();
    await cluster.connect();
    members = [{ memberId: 'ghost', clientId: 'a', memberMetadata: Buffer.alloc(0) }];
    await cluster.findGroupCoordinator({ groupId: 'g' });
    expect(calls).toEqual(['before first', 'coordinator', 'leave ghost', 'coordinator']);

    calls.length = 0;
    members = [{ clientId: 'a', ...joined('me', own) }];
    await cluster.findGroupCoordinator({ groupId: 'g' });
    expect(calls).toEqual(['before', 'coordinator']);

    // After a crash kafkajs connects anew; what it was before is its own ghost.
    calls.length = 0;
    await cluster.connect();
    await cluster.findGroupCoordinator({ groupId: 'g' });
    expect(calls).toEqual(['before first', 'coordinator', 'leave me', 'coordinator']);
  });

  it('pitfall 6: asks for the coordinator only when it has drained, once for joins side by side', async () => {
    let drained = (): void => undefined;
    assigner({ beforeJoin: () => new Promise<void>((resolve) => (drained = resolve)) });
    const both = Promise.all([cluster.findGroupCoordinator({ groupId: 'g' }), cluster.findGroupCoordinator({ groupId: 'g' })]);
    await new Promise(setImmediate);
    expect(calls).toEqual([]);
    drained();
    await both;
    expect(calls).toHaveLength(3);
  });

  it('pitfall 2: a drain that fails, against its contract, does not hold up the join', async () => {
    assigner({ beforeJoin: () => Promise.reject(new TypeError('no')) });
    await cluster.findGroupCoordinator({ groupId: 'g' });
    expect(errors).toHaveLength(1);
  });

  it('pitfall 28: refuses another version of kafkajs', () => {
    cluster = {} as Cluster;
    expect(() => assigner()).toThrow('kafkajs is not the version');
  });
});

describe('claims', () => {
  it('pitfall 9: are told anew at each join', () => {
    const tasks = [{ partition: 1, marker: 7n }];
    const own = assigner({ claims: () => tasks });
    joined('m', own);
    tasks.push({ partition: 3, marker: 9n });
    expect(readMember('m', joined('m', own).memberMetadata)).toMatchObject({ topics: ['in', 'ledger'], claim: { instance: 'a', tasks } });
  });

  it('pitfall 2: that cannot be told are none', () => {
    const own = assigner({ claims: () => [{ partition: -1, marker: 1n }] });
    expect(readMember('m', joined('m', own).memberMetadata).claim).toMatchObject({ instance: 'a', tasks: [] });
    expect(errors).toHaveLength(1);
  });
});

describe('an assignment', () => {
  it('pitfall 9: gives equal numbers of all topics to one member', async () => {
    const [a, b] = [assigner({ claims: () => [{ partition: 0, marker: 1n }] }), assigner({ instance: 'b', claims: () => [{ partition: 2, marker: 1n }] })];
    expect(await assigned(a, [joined('1', a), joined('2', b)])).toEqual({ 1: { in: [0, 1], ledger: [0, 1] }, 2: { in: [2, 3], ledger: [2, 3] } });
  });

  it('gives each member the topics that it subscribes to, and one that cannot be read those of the leader', async () => {
    const a = assigner({ claims: () => [] });
    const group = [joined('1', a, ['in']), { memberId: '2', memberMetadata: Buffer.from([1]) }];
    expect(await assigned(a, group)).toEqual({ 1: { in: [2, 3] }, 2: { in: [0, 1], ledger: [0, 1] } });
  });

  it('goes by the topic with the fewest partitions, and says so', async () => {
    const a = assigner();
    expect(await assigned(a, [joined('1', a, ['in', 'short'])], ['in', 'short'])).toEqual({ 1: { in: [0, 1], short: [0, 1] } });
    expect(errors).toHaveLength(1);
    expect(await assigned(a, [joined('1', a, ['in', 'none'])], ['in', 'none'])).toEqual({ 1: {} });
  });
});
