import type { Metrics } from '@docket/observability';
import type { StageObserver } from '@docket/stage';

const PARKED: ReadonlySet<string> = new Set(['parked', 'in-doubt', 'held-for-review']);

/** A stage's work as metrics. */
export function metricsObserver(metrics: Metrics): StageObserver {
  return {
    received: (stage) => metrics.increment('stage_received_total', { stage }),
    started: (stage, ms) => metrics.observe('stage_queue_wait_seconds', ms / 1000, { stage }),
    handled: (stage, ms) => metrics.observe('stage_handler_duration_seconds', ms / 1000, { stage }),
    disposed: (stage, disposition) => metrics.increment('stage_processed_total', { stage, disposition }),
    looked: (stage, result) => metrics.increment('dedupe_lookups_total', { stage, result }),
    scheduled: (stage, tier) => metrics.increment('retry_scheduled_total', { stage, tier: String(tier) }),
    overrun: (tier, ms) => metrics.observe('retry_overrun_seconds', Math.max(0, ms) / 1000, { tier: String(tier) }),
    committed: (stage, _units, ms) => metrics.observe('stage_commit_duration_seconds', ms / 1000, { stage }),
    redriven: (outcome) => metrics.increment('redriven_total', { outcome }),
    limitTripped: (stage) => metrics.set('dead_letter_limit_tripped', 1, { stage }),
    deadLettered: (stage, reason) => metrics.increment('dead_lettered_total', { stage, reason }),
    ended: (outcome, { unit }, now) => {
      if (!unit || PARKED.has(outcome)) return;
      metrics.observe('pipeline_freshness_seconds', Math.max(0, now - Date.parse(unit.receivedAt)) / 1000, { kind: unit.kind });
    },
  };
}
