import { ManualClock } from '@docket/contracts';
import { AssignerProtocol } from 'kafkajs';
import { beforeEach, expect, it } from 'vitest';
import { encodeClaim } from './claim-codec.js';
import { evictGhosts, type EvictionOptions } from './ghost-eviction.js';

interface Member {
  readonly memberId: string;
  readonly clientId: string;
  readonly memberMetadata: Buffer;
}

let clock: ManualClock;
let members: Member[];
let left: string[];
let warnings: string[];
/** What describeGroups waits for or fails with before it answers, call by call. */
let failures: (() => Promise<void>)[];

beforeEach(() => {
  clock = new ManualClock();
  [members, left, warnings, failures] = [[], [], [], []];
});

function kafkaError(type: string, retriable: boolean): Error {
  return Object.assign(new Error(type), { type, retriable });
}

const coordinator = {
  describeGroups: async () => {
    await failures.shift()?.();
    return { groups: [{ groupId: 'g', members }] };
  },
  leaveGroup: ({ memberId }: { memberId: string }) => {
    if (memberId === 'gone') return Promise.reject(kafkaError('UNKNOWN_MEMBER_ID', false));
    left.push(memberId);
    return Promise.resolve();
  },
};

function member(memberId: string, clientId: string, bootAt?: number): Member {
  const userData = bootAt === undefined ? Buffer.alloc(0) : encodeClaim({ instance: clientId, bootAt, tasks: [] });
  // While a group rebalances, the broker tells no metadata.
  const memberMetadata = bootAt === undefined ? Buffer.alloc(0) : AssignerProtocol.MemberMetadata.encode({ version: 0, topics: ['t'], userData });
  return { memberId, clientId, memberMetadata };
}

function evict(more: Partial<EvictionOptions> = {}): Promise<number> {
  const log = { info: () => undefined, warn: (text: string) => warnings.push(text), error: () => undefined };
  return evictGhosts({ findGroupCoordinator: () => Promise.resolve(coordinator) }, { groupId: 'g', clientId: 'us', bootAt: 10, clock, log, ...more });
}

/** Lets promises run, and time with them. */
async function pass(ms: number): Promise<void> {
  for (let at = 0; at < ms; at += 50) {
    await new Promise(setImmediate);
    clock.advance(50);
  }
  await new Promise(setImmediate);
}

it('pitfall 9: members with our client id leave, others and a later boot stay', async () => {
  members = [member('old', 'us', 9), member('joining', 'us'), member('other', 'them', 1), member('later', 'us', 11), member('me', 'us', 10)];
  expect(await evict({ except: 'me' })).toBe(2);
  expect(left).toEqual(['old', 'joining']);
  expect(clock.pending).toBe(0);
});

it('one that has gone by itself is no error', async () => {
  members = [member('gone', 'us', 1), member('old', 'us', 1)];
  expect(await evict()).toBe(1);
  expect(warnings).toEqual([]);
});

it('pitfall 9: repeats while the coordinator loads', async () => {
  members = [member('old', 'us', 1)];
  failures = Array.from({ length: 5 }, () => () => Promise.reject(kafkaError('GROUP_LOAD_IN_PROGRESS', true)));
  const done = evict();
  await pass(600);
  expect(await done).toBe(1);
});

it('goes on after its time, and then makes nobody leave: by now it may be ourselves', async () => {
  members = [member('old', 'us', 1)];
  let answer = (): void => undefined;
  const late = new Promise<void>((resolve) => (answer = resolve));
  failures = [() => late];
  const done = evict();
  await pass(5_000);
  expect(await done).toBe(0);
  expect(warnings).toHaveLength(1);
  answer();
  await pass(500);
  expect(left).toEqual([]);
});

it('an error that will not pass is logged, at once', async () => {
  failures = [() => Promise.reject(kafkaError('GROUP_AUTHORIZATION_FAILED', false))];
  expect(await evict()).toBe(0);
  expect(warnings).toHaveLength(1);
});
