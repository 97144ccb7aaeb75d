import { AssignerProtocol, type ConsumerGroupState, type MemberDescription } from 'kafkajs';
import { withAdmin, type AdminSource } from './topic-admin.js';
import type { TopicNames } from './topic-names.js';

/** `empty`: no member, or a group that the brokers do not know. */
export type GroupState = 'stable' | 'rebalancing' | 'empty' | 'unknown';

export interface GroupStatus {
  /** As the caller named it. */
  readonly group: string;
  readonly state: GroupState;
  readonly members: readonly GroupMember[];
}

export interface GroupMember {
  readonly clientId: string;
  /** Address as the broker sees it. */
  readonly host: string;
  /** The catalogue's topic to partitions, rising; empty while the group rebalances. */
  readonly assignment: ReadonlyMap<string, readonly number[]>;
}

/** Members of consumer groups and what each of them owns, in the order asked for. */
export async function groupStatus(kafka: AdminSource, names: TopicNames, groups: readonly string[]): Promise<GroupStatus[]> {
  if (groups.length === 0) return [];
  return withAdmin(kafka, async (admin) => {
    const described = await admin.describeGroups(groups.map((group) => names.group(group)));
    const byId = new Map(described.groups.map((group) => [group.groupId, group]));
    return groups.map((group) => {
      const found = byId.get(names.group(group));
      return {
        group,
        state: found ? stateOf(found.state) : 'unknown',
        members: (found?.members ?? []).map((member) => toMember(member, names)),
      };
    });
  });
}

export function toMember(member: Pick<MemberDescription, 'clientId' | 'clientHost' | 'memberAssignment'>, names: TopicNames): GroupMember {
  return { clientId: member.clientId, host: member.clientHost, assignment: readAssignment(member.memberAssignment, names) };
}

/** Any client may be a member: what cannot be decoded owns nothing. */
function readAssignment(bytes: Buffer, names: TopicNames): Map<string, number[]> {
  try {
    const topics = Object.entries(AssignerProtocol.MemberAssignment.decode(bytes)?.assignment ?? {});
    return new Map(topics.map(([topic, partitions]) => [names.fromCluster(topic), [...partitions].sort((a, b) => a - b)]));
  } catch {
    return new Map();
  }
}

function stateOf(state: ConsumerGroupState): GroupState {
  switch (state) {
    case 'Stable':
      return 'stable';
    case 'PreparingRebalance':
    case 'CompletingRebalance':
      return 'rebalancing';
    case 'Empty':
    case 'Dead':
      return 'empty';
    default:
      return 'unknown';
  }
}
