import type { Clock } from '@docket/contracts';
import type { Metrics } from '@docket/observability';
import type { OutputRecord } from '@docket/stage';
import type { PartitionLag } from '@docket/stage-kafka';
import { lagByTopic } from './lag-by-topic.js';
import { lagRecord } from './lag-record.js';

export interface LagRoundParts {
  /** Lag of all watched groups, as the brokers tell it now. */
  readonly measure: () => Promise<readonly PartitionLag[]>;
  /** Resolves when the brokers have acknowledged the records. */
  readonly write: (records: readonly OutputRecord[]) => Promise<void>;
  /** The lane's `control.lag`. */
  readonly topic: string;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/** Measures once and tells it: gauges, and the records of `control.lag`. Throws what measuring or writing throws. */
export async function lagRound({ measure, write, topic, metrics, clock }: LagRoundParts): Promise<void> {
  const lags = await measure();
  const now = clock.now();
  // Without the reset a partition that is gone would keep its last lag for ever.
  metrics.reset('consumer_lag_records');
  for (const lag of lags) {
    metrics.set('consumer_lag_records', lag.records, { group: lag.group, topic: lag.topic, partition: String(lag.partition) });
  }
  await write(lagByTopic(lags, new Date(now).toISOString()).map((lag) => lagRecord(topic, lag)));
  metrics.set('lag_last_success_timestamp_seconds', now / 1000);
}
