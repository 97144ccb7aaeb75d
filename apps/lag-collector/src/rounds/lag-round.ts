import { GROUP_HEALTH, type Clock } from '@docket/contracts';
import type { Metrics } from '@docket/observability';
import type { OutputRecord } from '@docket/stage';
import type { PartitionProgress } from '@docket/stage-kafka';
import type { LagView } from '../lag/lag-view.js';
import { lagByTopic } from './lag-by-topic.js';
import { lagRecord } from './lag-record.js';

export interface LagRoundParts {
  /** Progress of all watched groups, as the brokers tell it now. */
  readonly measure: () => Promise<readonly PartitionProgress[]>;
  /** Resolves when the brokers have acknowledged the records. */
  readonly write: (records: readonly OutputRecord[]) => Promise<void>;
  readonly view: LagView;
  /** The lane's `control.lag`. */
  readonly topic: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Measures once and tells it: gauges, and the records of `control.lag`. Throws what measuring or writing throws. */
export async function lagRound({ measure, write, view, topic, metrics, clock }: LagRoundParts): Promise<void> {
  // Asked for from now on: on a slow broker the answers are older than their arrival.
  const now = clock.now();
  const progress = await measure();
  const lags = view.measured(progress, now);
  const topics = lagByTopic(lags, new Date(now).toISOString());
  // Without the reset a partition that is gone would keep its last lag for ever.
  metrics.reset('consumer_lag_records');
  metrics.reset('consumer_lag_seconds');
  metrics.reset('consumer_group_status');
  metrics.reset('consumer_drain_seconds');
  for (const { group, topic: name, partition, records, seconds } of lags) {
    const labels = { group, topic: name, partition: String(partition) };
    metrics.set('consumer_lag_records', records, labels);
    metrics.set('consumer_lag_seconds', seconds, labels);
  }
  for (const { group, topic: name, drainSeconds, status } of topics) {
    metrics.set('consumer_drain_seconds', drainSeconds, { group, topic: name });
    for (const each of GROUP_HEALTH) metrics.set('consumer_group_status', each === status ? 1 : 0, { group, topic: name, status: each });
  }
  await write(topics.map((lag) => lagRecord(topic, lag)));
  metrics.set('lag_last_success_timestamp_seconds', now / 1000);
}
