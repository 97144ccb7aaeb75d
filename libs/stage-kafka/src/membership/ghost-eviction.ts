import { DocketError, systemClock, type Clock } from '@docket/contracts';
import type { StageLog } from '@docket/stage';
import type { GroupDescriptions } from 'kafkajs';
import { readMember } from './member-metadata.js';

/** What eviction needs of a kafkajs cluster. */
export interface CoordinatorFinder {
  findGroupCoordinator(group: { groupId: string }): Promise<unknown>;
}

/** kafkajs's broker can do both, its types know the first only. */
interface Coordinator {
  describeGroups(request: { groupIds: string[] }): Promise<GroupDescriptions>;
  leaveGroup(request: { groupId: string; memberId: string }): Promise<unknown>;
}

export interface EvictionOptions {
  readonly groupId: string;
  /** Members with this client id are ours. */
  readonly clientId: string;
  /** Members that say that they started later stay: then we are the ghost. */
  readonly bootAt: number;
  /** A member that stays in any case. */
  readonly except?: string;
  readonly log: StageLog;
  readonly clock?: Clock;
  /** Longest time to take, in milliseconds; default 5,000. */
  readonly timeoutMs?: number;
}

const RETRY_MS = 100;

/**
 * Makes members of the group leave that an earlier life of this instance left behind; else the group would wait out
 * their session, and might give them partitions. Repeats while the coordinator is loading or moving. Never rejects:
 * what cannot be done in time is logged, and the caller goes on. Resolves to the number of members that left.
 */
export async function evictGhosts(cluster: CoordinatorFinder, options: EvictionOptions): Promise<number> {
  const { clock = systemClock, timeoutMs = 5_000, log, groupId } = options;
  const left: string[] = [];
  const limit = new AbortController();
  const cancel = clock.schedule(timeoutMs, () => limit.abort(new DocketError('DOCKET_EVICTION', 'the coordinator did not answer in time', { kind: 'retriable' })));
  try {
    await Promise.race([evict(cluster, options, clock, limit.signal, left), rejectsWhenAborted(limit.signal)]);
  } catch (err) {
    log.warn('members left behind may stay in the group until their session ends', { group: groupId, err });
  } finally {
    cancel();
  }
  if (left.length > 0) log.info('members left behind were made to leave the group', { group: groupId, members: left.length });
  return left.length;
}

async function evict(cluster: CoordinatorFinder, options: EvictionOptions, clock: Clock, signal: AbortSignal, left: string[]): Promise<void> {
  const { groupId } = options;
  for (;;) {
    try {
      const coordinator = (await cluster.findGroupCoordinator({ groupId })) as Coordinator;
      const { groups } = await coordinator.describeGroups({ groupIds: [groupId] });
      for (const memberId of ghosts(groups, options)) {
        // The caller has gone on: by now a member may be its new self.
        signal.throwIfAborted();
        if (await leaves(coordinator, groupId, memberId)) left.push(memberId);
      }
      return;
    } catch (error) {
      // Where the coordinator loads or has moved, kafkajs says so.
      if (signal.aborted || !(error instanceof Error && 'retriable' in error && error.retriable === true)) throw error;
    }
    await new Promise<void>((resolve) => clock.schedule(RETRY_MS, resolve));
    signal.throwIfAborted();
  }
}

function rejectsWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

function ghosts(groups: GroupDescriptions['groups'], { clientId, bootAt, except, groupId }: EvictionOptions): string[] {
  return groups
    .filter((group) => group.groupId === groupId)
    .flatMap((group) => group.members)
    .filter((member) => member.clientId === clientId && member.memberId !== except)
    .filter((member) => readMember(member.memberId, member.memberMetadata).claim.bootAt <= bootAt)
    .map((member) => member.memberId);
}

/** False where it has gone by itself. */
async function leaves(coordinator: Coordinator, groupId: string, memberId: string): Promise<boolean> {
  try {
    await coordinator.leaveGroup({ groupId, memberId });
    return true;
  } catch (error) {
    if (error instanceof Error && 'type' in error && error.type === 'UNKNOWN_MEMBER_ID') return false;
    throw error;
  }
}
