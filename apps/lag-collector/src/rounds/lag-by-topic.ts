import { HEALTH, type Health } from '../lag/group-health.js';
import type { LagReading } from '../lag/lag-view.js';

/** Value of `control.lag`: what a group has yet to read of a topic. */
export interface TopicLag {
  /** As the brokers know it, prefix included. */
  readonly group: string;
  readonly topic: string;
  /** Over all partitions. */
  readonly records: number;
  /** Of the partition that is furthest behind. */
  readonly seconds: number;
  /** Of the partition that is worst off. */
  readonly status: Health;
  /** When it was measured, ISO 8601 UTC. */
  readonly at: string;
}

/** Puts the partitions of each group and topic together, in the order of the input. */
export function lagByTopic(lags: readonly LagReading[], at: string): TopicLag[] {
  const topics = new Map<string, TopicLag>();
  for (const { group, topic, records, seconds, health } of lags) {
    const key = lagKey({ group, topic });
    const known = topics.get(key) ?? { records: 0, seconds: 0, status: 'OK' };
    const status = HEALTH.indexOf(health) > HEALTH.indexOf(known.status) ? health : known.status;
    topics.set(key, { group, topic, records: known.records + records, seconds: Math.max(known.seconds, seconds), status, at });
  }
  return [...topics.values()];
}

/** Key of `control.lag`; neither name holds a slash. */
export function lagKey({ group, topic }: Pick<TopicLag, 'group' | 'topic'>): string {
  return `${group}/${topic}`;
}
