/** Where a record lies; the topic by the catalogue's name. */
export interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
}

export function formatPlace({ topic, partition, offset }: Place): string {
  return `${topic}/${partition}/${offset}`;
}

/** The place that formatPlace wrote, or undefined where the text is none. */
export function parsePlace(text: string): Place | undefined {
  const [, topic, partition, offset] = /^([a-z][a-z0-9.-]{0,200})\/(\d{1,5})\/(\d{1,18})$/.exec(text) ?? [];
  if (topic === undefined || partition === undefined || offset === undefined) return undefined;
  return { topic, partition: Number(partition), offset: BigInt(offset) };
}
