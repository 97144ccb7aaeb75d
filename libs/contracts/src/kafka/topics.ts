import { ownTopics, stagesOf, type Lane, type StageSpec } from './stages.js';

/** A topic as it must exist; the one source for bootstrap, drift checks and manifests. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly key: string;
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  /** Broker settings, values as Kafka's strings. */
  readonly config: Readonly<Record<string, string>>;
}

export interface CatalogueOptions {
  readonly lanes: readonly Lane[];
  /** Of every keyed topic. */
  readonly partitions: number;
  /** 3 where there are brokers for it, 1 on a single node. */
  readonly replication: number;
}

const DAY_MS = 86_400_000;
const KIB = 1024;

type Cleanup = { days: number } | 'compact';

/** Topics that only the classified lane may see carry its name in front. */
export function laneTopic(lane: Lane, name: 'outcomes' | 'errors' | 'audit.log' | 'audit.checkpoints' | 'control.lag' | 'control.commands'): string {
  return lane === 'classified' ? `classified.${name}` : name;
}

/** Every topic of the given lanes, in a stable order. */
export function topicCatalogue(options: CatalogueOptions): TopicSpec[] {
  const { lanes } = options;
  const topic = topicMaker(options);
  const stages = stagesOf(lanes);
  const components = [...new Set(stages.map((spec) => spec.component))];
  const topics: TopicSpec[] = [];

  if (lanes.includes('standard')) {
    topics.push(
      topic('grants.inbound', 'subject', ['upstream', 'intake'], ['intake'], { days: 7 }, 512),
      topic('grants.submissions', 'subject', ['intake'], ['intake'], { days: 7 }, 512),
      topic('grants.work-units', 'subject', ['intake'], ['validator', 'console'], { days: 7 }),
      topic('grants.validated', 'funder id', ['validator'], ['executor'], { days: 7 }),
      forgotten(topic('executor.quotas', 'funder, day and writer', ['executor'], ['executor'], 'compact'), QUOTA_DAYS),
      topic('records.requests', 'request id', ['upstream', 'intake'], ['deadlines', 'console'], 'compact'),
      topic('records.custody', 'repository document id', ['upstream'], ['validator'], 'compact'),
      topic('deadlines.clocks', 'request id', ['deadlines'], ['console'], 'compact'),
      topic('deadlines.escalations', 'request id', ['deadlines'], ['console'], { days: 400 }),
    );
  }
  for (const lane of lanes) {
    const of = (name: string) => `records.${lane}.${name}`;
    topics.push(
      topic(of('inbound'), 'document digest', ['upstream', 'intake'], ['intake'], { days: 7 }, 512),
      topic(of('submissions'), 'document digest', ['intake'], ['intake'], { days: 7 }, 512),
      topic(of('work-units'), 'document digest', ['intake', ...(lane === 'pii' ? ['validator', 'ocr-router'] : [])], ['validator', 'console'], { days: 7 }),
      topic(of('validated'), 'document digest', ['validator', ...(lane === 'pii' ? ['ocr-router'] : [])], ['ocr-router'], { days: 7 }),
      topic(of('extracted'), 'document digest', ['ocr-router'], ['redaction', 'console'], { days: 30 }),
      topic(of('quarantine'), 'document digest', ['intake', 'validator', 'ocr-router'], ['people'], { days: 400 }),
    );
  }
  for (const spec of stages) {
    topics.push(...internalTopics(spec, topic));
  }
  for (const lane of lanes.filter((name) => name !== 'pii')) {
    const audit = topic(laneTopic(lane, 'audit.log'), 'SHA-256 of the value', components, ['auditor', 'console'], 'compact');
    topics.push(
      topic(laneTopic(lane, 'outcomes'), 'correlation id', components, ['upstream', 'console'], 'compact'),
      topic(laneTopic(lane, 'errors'), 'correlation id', components, ['console'], { days: 90 }),
      topic(laneTopic(lane, 'control.commands'), 'stage or operation id', ['people', 'console', ...components], components, 'compact'),
      { ...audit, config: { ...audit.config, 'min.compaction.lag.ms': String(7 * DAY_MS), 'delete.retention.ms': String(30 * DAY_MS) } },
      topic(laneTopic(lane, 'control.lag'), 'group and topic', ['lag-collector'], ['intake', 'console'], 'compact'),
    );
  }
  return topics;
}

/** The topics of a stage that is not in the catalogue: its input and outputs, kept for 7 days, and those that are its alone. */
export function stageTopics(spec: StageSpec, options: Omit<CatalogueOptions, 'lanes'>): TopicSpec[] {
  const topic = topicMaker(options);
  return [
    topic(spec.input, spec.orderBy === 'header' ? 'any' : 'order key', ['upstream'], [spec.component], { days: 7 }),
    ...spec.outputs.map((name) => topic(name, 'order key', [spec.component], ['downstream'], { days: 7 })),
    ...internalTopics(spec, topic),
  ];
}

function internalTopics(spec: StageSpec, topic: TopicMaker): TopicSpec[] {
  const own = ownTopics(spec);
  const mine = [spec.component];
  return [
    ...own.retry.map((name) => topic(name, 'key of the input', mine, [...mine, 'console'], { days: 400 }, 2048)),
    topic(own.dlq, 'key of the input', mine, [...mine, 'people', 'console'], { days: 400 }, 2048),
    topic(own.parked, 'key of the input', mine, [...mine, 'people', 'console'], { days: 400 }, 2048),
    // Twice as long as its entries count: what is kept longer is written again after half a window, also behind a long outage.
      topic(own.ledger, 'none', mine, mine, { days: 2 * ledgerDays(spec) }),
    ...(own.attempts ? [topic(own.attempts, 'correlation id', mine, mine, 'compact')] : []),
  ];
}

type TopicMaker = (name: string, key: string, writers: readonly string[], readers: readonly string[], cleanup: Cleanup, maxKib?: number) => TopicSpec;

function topicMaker({ partitions, replication }: Omit<CatalogueOptions, 'lanes'>): TopicMaker {
  return (name, key, writers, readers, cleanup, maxKib = 1024) => ({
    name, partitions, key, writers, readers,
    config: {
      'cleanup.policy': cleanup === 'compact' ? 'compact' : 'delete',
      ...(cleanup === 'compact' ? {} : { 'retention.ms': String(cleanup.days * DAY_MS) }),
      'max.message.bytes': String(maxKib * KIB),
      'message.timestamp.type': 'LogAppendTime',
      'min.insync.replicas': replication >= 3 ? '2' : '1',
    },
  });
}

/** A month's quota counts its days, so none is asked for when it is older. */
const QUOTA_DAYS = 40;

/** Compacted, and gone after a while all the same. */
function forgotten(spec: TopicSpec, days: number): TopicSpec {
  return { ...spec, config: { ...spec.config, 'cleanup.policy': 'compact,delete', 'retention.ms': String(days * DAY_MS) } };
}

/** How long the last retry of a unit may lie behind its first try, days. */
const RETRY_HORIZON_DAYS = 2;

/** The time within which a repeat of a unit is recognised, and its entry in the ledger kept: window and retry horizon. */
export function ledgerDays(spec: StageSpec): number {
  return (spec.input.startsWith('grants.') ? 7 : 30) + RETRY_HORIZON_DAYS;
}
