import type { Sample } from './sample.js';
import { median } from './statistics.js';

export interface RatioSpec {
  readonly name: string;
  readonly metric: string;
  /** The subject above the line. */
  readonly of: string;
  /** The subjects below it: in each round the best of them counts. */
  readonly over: readonly string[];
  /** Which value of the metric is the better one. */
  readonly better: 'higher' | 'lower';
}

/**
 * The median of `of` over the rounds, divided by the median of the best of `over` in each round. A ratio has no entry
 * unless every subject it names ran: the best of fewer peers would flatter.
 */
export function computeRatios(specs: readonly RatioSpec[], samples: readonly Sample[]): Record<string, number> {
  const ratios: Record<string, number> = {};
  for (const spec of specs) {
    const values = (subject: string) => samples.filter((sample) => sample.subject === subject && sample.metric === spec.metric);
    if ([spec.of, ...spec.over].some((subject) => values(subject).length === 0)) continue;
    const best = bestOfEachRound(spec.over.flatMap(values), spec.better);
    ratios[spec.name] = median(values(spec.of).map(({ value }) => value)) / median(best);
  }
  return ratios;
}

function bestOfEachRound(samples: readonly Sample[], better: RatioSpec['better']): readonly number[] {
  const pick = better === 'higher' ? Math.max : Math.min;
  const best = new Map<number, number>();
  for (const { round, value } of samples) best.set(round, pick(value, best.get(round) ?? value));
  return [...best.values()];
}
