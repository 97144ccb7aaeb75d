/** The four topics of the pipeline, in the order of the flow. */
export const TOPIC_ROLES = ['in', 'a', 'b', 'out'] as const;

export type TopicRole = (typeof TOPIC_ROLES)[number];

/** The name of a run's topic. */
export function topicName(prefix: string, role: TopicRole): string {
  return `${prefix}.${role}`;
}
