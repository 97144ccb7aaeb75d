import { stageSpec, type StageSpec } from '@docket/contracts';
import type { StagePolicy } from '@docket/stage';
import { Random } from '../world/random.js';
import { planArrivals, type Arrival } from './unit-plan.js';

export const DAMAGES = ['ledger-corrupt', 'ledger-truncated', 'offsets-lost', 'offsets-moved'] as const;
export type Damage = (typeof DAMAGES)[number];

/** All that a seed decides beforehand. */
export interface Scenario {
  readonly spec: StageSpec;
  readonly policy: StagePolicy;
  readonly partitions: number;
  readonly instances: number;
  readonly arrivals: readonly Arrival[];
  /** When producers fall silent and faults stop, milliseconds from the start. */
  readonly calmAt: number;
  /** Redrives and releases, by when they are asked for. */
  readonly operations: readonly { readonly at: number; readonly kind: 'redrive' | 'release' }[];
  /** What the broker loses of the ledger, and when. */
  readonly damage: { readonly at: number; readonly kind: Damage } | undefined;
  readonly latencyMs: number;
  /** Strength of faults; 0 for a run without any. */
  readonly chaos: number;
  readonly sessionMs: number;
}

const STAGES: Readonly<Record<string, number>> = { 'validator.grants': 50, 'validator.records.standard': 20, executor: 20, 'intake.grants': 10 };

export function planScenario(seed: number): Scenario {
  const random = new Random(seed, 1);
  const spec = stageSpec(random.weighted(STAGES));
  const maxAttempts = random.int(2, 5);
  const calmAt = random.int(15, 60) * 1_000;
  const quick = random.chance(0.5);
  return {
    spec,
    policy: {
      concurrency: random.int(1, 6),
      windowRecords: random.pick([3, 8, 32]),
      windowBytes: random.pick([6_000, 1_000_000]),
      handlerDeadlineMs: 3_000,
      retryDelaysMs: quick ? [200, 600, 1_500, 4_000, 9_000] : [500, 1_500, 4_000, 8_000, 12_000],
      maxAttempts,
      maxHeld: random.pick([3, 12, 1_000]),
      dedupeWindowMs: 7 * 86_400_000,
      deadLetterLimit: { of: 100, most: 100 },
      acceptGaps: false,
    },
    partitions: random.int(1, 4),
    instances: random.int(1, 4),
    arrivals: planArrivals(random, {
      units: random.int(30, 80),
      keys: random.int(1, 14),
      maxAttempts,
      overMs: calmAt,
      repeats: spec.dedupe === 'unit',
      contentDuplicates: spec.contentDuplicates,
      trouble: random.pick([0, 0.2, 0.5]),
    }),
    calmAt,
    operations: (['redrive', 'release'] as const).filter(() => random.chance(0.3)).map((kind) => ({ kind, at: random.int(calmAt / 2, calmAt) })),
    damage: random.chance(0.05) ? { at: random.int(calmAt / 3, calmAt), kind: random.pick(DAMAGES) } : undefined,
    latencyMs: random.pick([2, 5, 30]),
    chaos: random.pick([0, 0.3, 1, 1, 2]),
    sessionMs: 10_000,
  };
}
