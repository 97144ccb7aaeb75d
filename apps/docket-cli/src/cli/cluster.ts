import type { TopicSpec } from '@docket/contracts';
import { applyTopics, createKafka, groupLag, planTopics, readTopics, TopicNames, type PartitionLag, type TopicPlan } from '@docket/stage-kafka';
import { CliError, EXIT } from './exit.js';
import { reach } from './reach.js';
import type { Terminal } from './terminal.js';

/** A record as `readTopics` hands it over. */
export type ReadRecord = Parameters<Parameters<typeof readTopics>[3]>[0];

/** What the commands ask of Kafka; topic and group names are the catalogue's. */
export interface Cluster {
  planTopics(specs: readonly TopicSpec[]): Promise<TopicPlan>;
  applyTopics(specs: readonly TopicSpec[], replication: number): Promise<TopicPlan>;
  groupLag(groups: readonly { readonly group: string; readonly topics: readonly string[] }[]): Promise<PartitionLag[]>;
  /** From the first record to where the topics end now. */
  readTopics(topics: readonly string[], apply: (record: ReadRecord) => void): Promise<void>;
}

export interface Connection {
  readonly brokers: readonly string[];
  readonly prefix: string;
}

const REACH_MS = 5_000;

/** Throws CliError (unreachable) within five seconds where no broker takes a connection. */
export async function openCluster({ brokers, prefix }: Connection, terminal: Terminal): Promise<Cluster> {
  try {
    await reach(brokers, REACH_MS);
  } catch (cause) {
    throw new CliError(EXIT.unreachable, `no broker answers at ${brokers.join(', ')}: check --brokers and that Kafka runs`, cause);
  }
  const names = new TopicNames(prefix);
  const kafka = createKafka({ brokers, clientId: names.group('cli'), log: clientLog(terminal) });
  return {
    planTopics: (specs) => planTopics(kafka, names, specs),
    applyTopics: (specs, replication) => applyTopics(kafka, names, specs, replication),
    groupLag: (groups) => groupLag(kafka, names, groups),
    readTopics: (topics, apply) => readTopics(kafka, names, topics, apply),
  };
}

/** Of what the client says only lost connections matter to a person who waits, and each once: it retries all else by itself. */
function clientLog(terminal: Terminal): Parameters<typeof createKafka>[0]['log'] {
  const told = new Set<string>();
  const tell = (_msg: string, { detail = '' }: { readonly detail?: string } = {}) => {
    if (!/connect/i.test(detail) || told.has(detail)) return;
    told.add(detail);
    terminal.err(`docket: kafka: ${detail}\n`);
  };
  return { info: () => undefined, warn: tell, error: tell };
}
