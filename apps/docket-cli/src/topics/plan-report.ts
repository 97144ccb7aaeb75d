import type { TopicPlan } from '@docket/stage-kafka';
import type { Sheet } from '../output/render.js';

/** What `docket topics` writes with --json. */
export interface PlanReport {
  readonly missing: readonly { readonly topic: string; readonly partitions: number; readonly config: Readonly<Record<string, string>> }[];
  readonly drift: TopicPlan['drift'];
  /** Topics that are as the catalogue says. */
  readonly unchanged: number;
}

export function planReport(plan: TopicPlan): PlanReport {
  return {
    missing: plan.missing.map(({ name, partitions, config }) => ({ topic: name, partitions, config })),
    drift: plan.drift,
    unchanged: plan.unchanged - new Set(plan.drift.map((entry) => entry.topic)).size,
  };
}

export function planSheet({ missing, drift }: PlanReport): Sheet {
  return {
    columns: ['topic', 'finding', 'setting', 'expected', 'actual'],
    rows: [
      ...missing.map(({ topic, partitions }) => [topic, 'missing', 'partitions', String(partitions), '']),
      ...drift.map(({ topic, setting, expected, actual }) => [topic, 'differs', setting, expected, actual]),
    ],
  };
}

/** Topics with another number of partitions: keys would go elsewhere, so that is never changed in place. */
export function regrown({ drift }: PlanReport): PlanReport['drift'] {
  return drift.filter((entry) => entry.setting === 'partitions');
}
