/** What a group does on a topic, in order of how bad it is. */
export const GROUP_HEALTH = ['OK', 'WARN', 'STALL', 'STOP', 'REWIND'] as const;
export type GroupHealth = (typeof GROUP_HEALTH)[number];

/** Value of `control.lag`, keyed by lagKey: what a group has yet to read of a topic. */
export interface TopicLag {
  /** As the brokers know it, prefix included. */
  readonly group: string;
  /** As the catalogue names it. */
  readonly topic: string;
  /** Over all partitions. */
  readonly records: number;
  /** Age of the oldest record that is not read, of the partition that is furthest behind. */
  readonly seconds: number;
  /** How long the group would need for what is there, of the slowest partition; 0 where it keeps up, a day at most. */
  readonly drainSeconds: number;
  /** Of the partition that is worst off. */
  readonly status: GroupHealth;
  /** When it was measured, ISO 8601 UTC. */
  readonly at: string;
}

/** Key of `control.lag`; neither name holds a slash. */
export function lagKey({ group, topic }: Pick<TopicLag, 'group' | 'topic'>): string {
  return `${group}/${topic}`;
}
