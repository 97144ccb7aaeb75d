import { canonicalJson, sha256Hex, type OperationCommand } from '@docket/contracts';
import type { Selection } from '../dead-letters/selection.js';
import { withRecords, type OffsetRanges } from '../kafka/offset-range.js';
import type { PlanCounts } from './plan-counter.js';

/** What a redrive or release would do; what its dry run writes with --json. */
export interface OperationPlan extends PlanCounts {
  readonly kind: OperationCommand['kind'];
  readonly stage: string;
  /** The frozen set: what lies there in partitions from `from` up to, not including, `upTo`. */
  readonly partitions: OperationCommand['partitions'];
  readonly causes: readonly string[];
  readonly units: readonly string[];
  readonly ratePerSecond: number;
  /** SHA-256 of the set, what is chosen of it and the count: two plans with the same digest are the same. */
  readonly digest: string;
}

export function operationPlan(
  kind: OperationCommand['kind'], stage: string, ranges: OffsetRanges, selection: Selection, counts: PlanCounts, ratePerSecond: number,
): OperationPlan {
  const partitions = Object.fromEntries([...withRecords(ranges)].map(([partition, { from, upTo }]) => [partition, { from: String(from), upTo: String(upTo) }]));
  const [causes, units] = [[...selection.cause].sort(), [...selection.unit].sort()];
  const digest = sha256Hex(canonicalJson({ kind, stage, partitions, causes, units, eligible: counts.eligible }));
  return { kind, stage, partitions, causes, units, ratePerSecond, ...counts, digest };
}
