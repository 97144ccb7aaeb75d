import { GROUP_HEALTH, lagKey, type TopicLag } from '@docket/contracts';
import type { LagReading } from '../lag/lag-view.js';

/** Puts the partitions of each group and topic together, in the order of the input. */
export function lagByTopic(lags: readonly LagReading[], at: string): TopicLag[] {
  const topics = new Map<string, TopicLag>();
  for (const { group, topic, records, seconds, drainSeconds, health } of lags) {
    const key = lagKey({ group, topic });
    const known = topics.get(key) ?? { records: 0, seconds: 0, drainSeconds: 0, status: 'OK' };
    topics.set(key, {
      group, topic,
      records: known.records + records,
      seconds: Math.max(known.seconds, seconds),
      drainSeconds: Math.max(known.drainSeconds, drainSeconds),
      status: GROUP_HEALTH.indexOf(health) > GROUP_HEALTH.indexOf(known.status) ? health : known.status,
      at,
    });
  }
  return [...topics.values()];
}
