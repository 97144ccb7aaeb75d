import type { TopicSpec } from '@docket/contracts';
import type { InputRecord, OutputRecord } from '@docket/stage';
import {
  applyTopics, createKafka, groupLag, groupStatus, planTopics, RecordWriter, TopicNames, type GroupStatus, type PartitionLag, type TopicPlan,
} from '@docket/stage-kafka';
import type { OffsetRanges } from '../kafka/offset-range.js';
import { endsOf, follow, rangesBetween, readRanges, type ReadOptions } from '../kafka/topic-reads.js';
import { CliError, EXIT } from './exit.js';
import { reach } from './reach.js';
import type { Terminal } from './terminal.js';

export type { InputRecord as ReadRecord, OutputRecord } from '@docket/stage';

/** What the commands ask of Kafka; topic and group names are the catalogue's. */
export interface Cluster {
  planTopics(specs: readonly TopicSpec[]): Promise<TopicPlan>;
  applyTopics(specs: readonly TopicSpec[], replication: number): Promise<TopicPlan>;
  groupLag(groups: readonly { readonly group: string; readonly topics: readonly string[] }[]): Promise<PartitionLag[]>;
  /** From the first record to where the topics end now, one topic after the other. */
  readTopics(topics: readonly string[], apply: (record: InputRecord) => void): Promise<void>;
  /** Where each partition begins and ends now, committed records only. */
  endsOf(topic: string): Promise<OffsetRanges>;
  /** Of each partition what was appended between these times, milliseconds by the broker's clock; it may begin earlier and end later. */
  rangesBetween(topic: string, fromMs: number, toMs: number): Promise<OffsetRanges>;
  /** Hands over the committed records of these ranges, in order within a partition; empty ranges are passed over. */
  readRanges(topic: string, ranges: OffsetRanges, apply: (record: InputRecord) => void, options?: ReadOptions): Promise<void>;
  /** Hands over a topic's records from the first on, and then each new one. */
  follow(topic: string, apply: (record: InputRecord) => void): Promise<Following>;
  /** Members of groups and what they own. */
  groupStatus(groups: readonly string[]): Promise<GroupStatus[]>;
  /** Resolves when all in-sync replicas have it. */
  write(record: OutputRecord): Promise<void>;
}

export interface Following {
  /** Rejects when the brokers stop answering. */
  readonly failed: Promise<never>;
  /** Never throws. */
  stop(): Promise<void>;
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
    readTopics: async (topics, apply) => {
      for (const topic of topics) await readRanges({ kafka, names, topic, ranges: await endsOf(kafka, names, topic), apply });
    },
    endsOf: (topic) => endsOf(kafka, names, topic),
    rangesBetween: (topic, fromMs, toMs) => rangesBetween(kafka, names, topic, fromMs, toMs),
    readRanges: (topic, ranges, apply, options) => readRanges({ ...options, kafka, names, topic, ranges, apply }),
    follow: (topic, apply) => follow(kafka, names, topic, apply),
    groupStatus: (groups) => groupStatus(kafka, names, groups),
    write: async (record) => {
      const writer = new RecordWriter(kafka, names);
      try {
        await writer.write([record]);
      } finally {
        await writer.close();
      }
    },
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
