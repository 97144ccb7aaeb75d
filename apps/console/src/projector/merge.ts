import { stricterLane } from '@docket/contracts';
import type { ClockFact, StepFact, UnitFact } from './fact.js';

/**
 * What two facts of the same unit say together. The order of merging, its grouping and repeats make no difference:
 * each part is the least or the greatest by an order in which no two records are equal.
 */
export function mergeUnits(a: UnitFact, b: UnitFact): UnitFact {
  return {
    id: a.id,
    lane: stricterLane(a.lane, b.lane),
    description: b.description.order < a.description.order ? b.description : a.description,
    position: b.position.order > a.position.order ? b.position : a.position,
  };
}

/** The first of identical copies in the audit log. */
export function mergeSteps(a: StepFact, b: StepFact): StepFact {
  return b.partition < a.partition || (b.partition === a.partition && b.offset < a.offset) ? b : a;
}

/** The newest clock of a request. */
export function mergeClocks(a: ClockFact, b: ClockFact): ClockFact {
  return b.order > a.order ? b : a;
}

/** Folds the facts of each key into one, in the order of the keys: rows are locked in that order everywhere. */
export function foldByKey<T>(facts: readonly T[], keyOf: (fact: T) => string, merge: (a: T, b: T) => T): T[] {
  const folded = new Map<string, T>();
  for (const fact of facts) {
    const key = keyOf(fact);
    const before = folded.get(key);
    folded.set(key, before === undefined ? fact : merge(before, fact));
  }
  return [...folded].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
}
