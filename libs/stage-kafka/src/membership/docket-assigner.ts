import type { Clock } from '@docket/contracts';
import type { StageLog } from '@docket/stage';
import { AssignerProtocol, type Cluster, type PartitionAssigner } from 'kafkajs';
import { encodeClaim } from './claim-codec.js';
import { evictGhosts } from './ghost-eviction.js';
import { hookJoins } from './join-hook.js';
import { readMember } from './member-metadata.js';
import { assignPartitions, type TaskClaim } from './sticky-assignment.js';

export interface DocketAssignerOptions {
  /** Stable name of this instance, which is also the client id of the consumer's client: members that bear it are its own. */
  readonly instance: string;
  /** When this instance started, in milliseconds since the epoch. */
  readonly bootAt: number;
  /** The open tasks, asked at each join after `beforeJoin`. */
  readonly claims: () => readonly TaskClaim[];
  /**
   * Awaited before each JoinGroup: here tasks are drained. The whole group waits meanwhile, and no heartbeat is sent,
   * so it must be bounded well below the session time-out. `first`: this client joins as a new member, at its start or
   * after a crash of the consumer. May be called again before a join completes.
   */
  readonly beforeJoin: (info: { readonly first: boolean }) => Promise<void>;
  readonly log: StageLog;
  readonly clock?: Clock;
}

/** The only layout of member metadata that kafkajs writes. */
const VERSION = 0;

/**
 * A sticky, co-partitioned assignor for one consumer: see assignPartitions. Before a client's first join, and again
 * after each crash, members that this instance left behind are made to leave. All members of a group must use it.
 */
export function docketAssigner(options: DocketAssignerOptions): PartitionAssigner {
  const { instance, log, clock } = options;
  return ({ cluster, groupId }) => {
    // Counted up at the first join of each life of the consumer, so that what it left behind in a crash is older than itself.
    let bootAt = Math.trunc(options.bootAt) - 1;
    hookJoins(cluster, {
      beforeJoin: (info) => guarded(log, () => options.beforeJoin(info)),
      beforeFirst: async (unhooked) => {
        bootAt += 1;
        await evictGhosts(unhooked, { groupId, clientId: instance, bootAt, log, ...(clock === undefined ? {} : { clock }) });
      },
    });
    return {
      name: 'docket-sticky',
      version: VERSION,
      protocol: ({ topics }) => ({
        name: 'docket-sticky',
        metadata: AssignerProtocol.MemberMetadata.encode({ version: VERSION, topics, userData: userData(options, bootAt) }),
      }),
      assign: ({ members, topics }) => {
        const group = members.map(({ memberId, memberMetadata }) => readMember(memberId, memberMetadata));
        const shares = assignPartitions(taskCount(cluster, topics, log), group.map(({ claim }) => claim));
        const assignments = group.map(({ claim: { memberId }, topics: own }) => ({
          memberId,
          memberAssignment: encodeShare(own ?? topics, shares.get(memberId) ?? []),
        }));
        return Promise.resolve(assignments);
      },
    };
  };
}

/** To each member in the topics of its own subscription, which may differ while a new version is rolled out. */
function encodeShare(topics: readonly string[], partitions: readonly number[]): Buffer {
  const assignment = partitions.length === 0 ? {} : Object.fromEntries(topics.map((topic) => [topic, [...partitions]]));
  return AssignerProtocol.MemberAssignment.encode({ version: VERSION, assignment, userData: Buffer.alloc(0) });
}

/** A task needs its partition in every topic, so the topic with the fewest decides. */
function taskCount(cluster: Cluster, topics: readonly string[], log: StageLog): number {
  const counts = topics.map((topic) => cluster.findTopicPartitionMetadata(topic).length);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (least !== most) log.error('topics of one stage differ in their number of partitions: some are not read', { least, most, topics });
  return topics.length === 0 ? 0 : least;
}

/** What escapes to kafkajs here may end the consumer for good. */
function userData({ instance, claims, log }: DocketAssignerOptions, bootAt: number): Buffer {
  try {
    return encodeClaim({ instance, bootAt, tasks: claims() });
  } catch (err) {
    log.error('open tasks cannot be told: the group may move them', { err });
    return encodeClaim({ instance, bootAt, tasks: [] });
  }
}

async function guarded(log: StageLog, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (err) {
    log.error('preparing for a join failed', { err });
  }
}
