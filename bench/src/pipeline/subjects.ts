/** Who can run the three-stage pipeline, and whether a unit may then have more than one outcome. */
const GUARANTEES = {
  /** This project's own stages. */
  docket: 'exactly once',
  /** kafkajs alone: sends a batch's records, then commits its offset. */
  'raw-commit': 'at least once',
  /** kafkajs alone: a transaction a batch, a producer a partition. */
  'raw-eo': 'exactly once',
  /** The same, with 5 ms before the first retry. */
  'raw-eo-5ms': 'exactly once',
  /** The same again, writing the same headers as Docket does. */
  'raw-eo-same': 'exactly once',
  /** Nest's own Kafka transport as it comes. */
  nest: 'at least once',
  /** The same, with eight partitions at once. */
  'nest-8': 'at least once',
  /** Kafka Streams (Java), exactly_once_v2, as it comes. */
  'streams-eos': 'exactly once',
  /** The same, without linger and with a commit each 10 ms: throughput given up for latency. */
  'streams-eos-fast': 'exactly once',
} as const;

export type PipelineSubject = keyof typeof GUARANTEES;

export const PIPELINE_SUBJECTS = Object.keys(GUARANTEES) as readonly PipelineSubject[];

export function isExactlyOnce(subject: string): boolean {
  if (subject === 'docket-keys') return true;
  return (GUARANTEES as Readonly<Record<string, string>>)[subject] === 'exactly once';
}
