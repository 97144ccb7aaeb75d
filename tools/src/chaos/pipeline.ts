import { laneTopic, ownTopics, type StageSpec, type TopicSpec } from '@docket/contracts';
import type { StagePolicy } from '@docket/stage';

const CHAIN = ['chaos.in', 'chaos.second', 'chaos.third', 'chaos.out'] as const;

/** Where units go in. */
export const INPUT = CHAIN[0];
/** What each stage writes, in order: each unit once in each. */
export const OUTPUTS = CHAIN.slice(1);
/** Where the units come out. */
export const OUTPUT = CHAIN[3];

/** Three stages in a chain, each on the topic that the one before it writes. */
export const STAGES: readonly StageSpec[] = CHAIN.slice(0, -1).map((input, index) => ({
  name: `chaos-${index + 1}`,
  component: 'executor',
  lane: 'standard',
  input,
  outputs: CHAIN.slice(index + 1, index + 2),
  orderBy: 'key',
  dedupe: 'unit',
  contentDuplicates: false,
  callsOutside: false,
  path: CHAIN.slice(0, index + 1).map((_, step) => `chaos-${step + 1}`),
}));

export const AUDIT = laneTopic('standard', 'audit.log');

/** Retries are quick, and tries never used up: whatever goes in must come out. */
export const POLICY: StagePolicy = {
  concurrency: 16,
  windowRecords: 1_000,
  windowBytes: 8 * 1024 * 1024,
  handlerDeadlineMs: 30_000,
  retryDelaysMs: [200, 400, 800, 1_600, 3_200],
  maxAttempts: 1_000,
  maxHeld: 10_000,
  dedupeWindowMs: 7 * 86_400_000,
  deadLetterLimit: { of: 200, most: 100 },
  acceptGaps: false,
};

/** All topics of the chain, to be created before anything runs. */
export function chaosTopics(partitions: number, replication: number): TopicSpec[] {
  const own = STAGES.flatMap((spec) => Object.values(ownTopics(spec)).flat());
  const shared = (['outcomes', 'errors', 'control.commands'] as const).map((name) => laneTopic('standard', name));
  return [...CHAIN, ...own, ...shared, AUDIT].map((name) => ({
    name, partitions,
    key: 'unit key', writers: [], readers: [],
    config: {
      'cleanup.policy': 'delete', 'max.message.bytes': String(2 * 1024 * 1024), 'message.timestamp.type': 'LogAppendTime',
      'min.insync.replicas': replication >= 3 ? '2' : '1',
    },
  }));
}
