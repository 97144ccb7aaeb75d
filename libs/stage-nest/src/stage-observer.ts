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
    deadLettered: (stage, reason) => metrics.increment('dead_lettered_total', { stage, reason }),
    ended: (outcome, { unit }, now) => {
      if (!unit || PARKED.has(outcome)) return;
      metrics.observe('pipeline_freshness_seconds', Math.max(0, now - Date.parse(unit.receivedAt)) / 1000, { kind: unit.kind });
    },
  };
}
