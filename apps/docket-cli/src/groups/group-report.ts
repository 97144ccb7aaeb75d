import type { GroupState, GroupStatus, PartitionLag } from '@docket/stage-kafka';
import type { Sheet } from '../output/render.js';
import type { HeldUnits } from './held-units.js';

/** What `docket groups` writes with --json: a list of these, one for each group and topic. */
export interface GroupReport {
  /** As the brokers know it, prefix included. */
  readonly group: string;
  readonly topic: string;
  /** `paused`: members are there, and the stage is to be paused. */
  readonly state: GroupState | 'paused';
  /** Members of the group. */
  readonly members: number;
  /** Records between the committed and the end offsets, over all partitions. */
  readonly records: number;
  readonly partitions: readonly PartitionReport[];
}

/** A partition; of a stage's input: a task. */
export interface PartitionReport {
  readonly partition: number;
  /** Client id of the member that has it; null where none has. */
  readonly owner: string | null;
  readonly records: number;
  /** Units that are not done, from the ledger: with --held, of stages. */
  readonly held?: HeldUnits;
}

/** What is known of a group besides its lag. */
export interface GroupFacts {
  readonly status?: GroupStatus;
  readonly isPaused?: boolean;
  /** By partition. */
  readonly held?: ReadonlyMap<number, HeldUnits>;
}

/**
 * One entry for each group and topic, in the order of the lags; partitions in their order.
 * @param factsOf by the group's name on the brokers
 */
export function groupReports(lags: readonly PartitionLag[], factsOf: (group: string) => GroupFacts): GroupReport[] {
  const byTopic = Map.groupBy(lags, ({ group, topic }) => `${group}/${topic}`);
  return [...byTopic.values()].flatMap((entries) => {
    const [first] = entries;
    if (!first) return [];
    const { group, topic } = first;
    const { status, isPaused = false, held } = factsOf(group);
    const owners = ownersOf(status, topic);
    const partitions = entries
      .map(({ partition, records }) => ({ partition, owner: owners.get(partition) ?? null, records, ...(held && { held: held.get(partition) ?? NONE }) }))
      .sort((a, b) => a.partition - b.partition);
    const state = status?.state ?? 'unknown';
    return [{
      group, topic, state: isPaused && state === 'stable' ? 'paused' : state, members: status?.members.length ?? 0,
      records: partitions.reduce((sum, entry) => sum + entry.records, 0), partitions,
    }];
  });
}

const NONE: HeldUnits = { retrying: 0, held: 0, keys: 0 };

function ownersOf(status: GroupStatus | undefined, topic: string): Map<number, string> {
  return new Map((status?.members ?? []).flatMap(({ clientId, assignment }) => (assignment.get(topic) ?? []).map((partition) => [partition, clientId])));
}

/** A row for each group and topic. */
export function groupSheet(reports: readonly GroupReport[], withHeld: boolean): Sheet {
  return {
    columns: ['group', 'topic', 'state', 'members', 'owned', 'records', ...(withHeld ? HELD : [])],
    rows: reports.map(({ group, topic, state, members, partitions, records }) => [
      group, topic, state, members, `${partitions.filter((entry) => entry.owner !== null).length}/${partitions.length}`, records,
      ...(withHeld ? heldCells(partitions) : []),
    ]),
  };
}

/** A row for each task: partition of a group and topic. */
export function taskSheet(reports: readonly GroupReport[], withHeld: boolean): Sheet {
  return {
    columns: ['group', 'topic', 'partition', 'owner', 'records', ...(withHeld ? HELD : [])],
    rows: reports.flatMap(({ group, topic, partitions }) =>
      partitions.map((entry) => [group, topic, String(entry.partition), entry.owner ?? '', entry.records, ...(withHeld ? heldCells([entry]) : [])])),
  };
}

const HELD = ['retrying', 'held', 'keys'];

/** Empty where nothing is known of them. */
function heldCells(partitions: readonly PartitionReport[]) {
  const known = partitions.flatMap((entry) => entry.held ?? []);
  if (known.length === 0) return HELD.map(() => '');
  return [known.reduce((sum, entry) => sum + entry.retrying, 0), known.reduce((sum, entry) => sum + entry.held, 0), known.reduce((sum, entry) => sum + entry.keys, 0)];
}
