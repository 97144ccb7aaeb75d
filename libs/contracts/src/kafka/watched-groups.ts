import { stagesOf, type Lane } from './stages.js';
import { laneTopic } from './topics.js';

/** A consumer group, without `docket-`, and what it reads. */
export interface WatchedGroup {
  readonly group: string;
  readonly topics: readonly string[];
}

/** Every group that these lanes have: their stages, and the readers behind them. */
export function watchedGroups(lanes: readonly Lane[]): WatchedGroup[] {
  const shared = lanes.filter((lane) => lane !== 'classified');
  return [
    ...stagesOf(lanes).map((stage) => ({ group: stage.name, topics: [stage.input] })),
    ...(shared.length > 0 ? readersOf(shared, '') : []),
    // The classified lane has readers of its own, which must not share a group with the others.
    ...(lanes.includes('classified') ? readersOf(['classified'], '.classified') : []),
  ];
}

function readersOf(lanes: readonly Lane[], suffix: string): WatchedGroup[] {
  const lane = lanes[0] ?? 'standard';
  const audit = laneTopic(lane, 'audit.log');
  const standard = lanes.includes('standard') ? ['grants.work-units', 'deadlines.clocks'] : [];
  const units = lanes.map((name) => `records.${name}.work-units`);
  return [
    { group: `auditor${suffix}`, topics: [audit] },
    { group: `console${suffix}`, topics: [audit, laneTopic(lane, 'outcomes'), ...standard, ...units] },
  ];
}
