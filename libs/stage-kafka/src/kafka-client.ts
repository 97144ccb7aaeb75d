import { Kafka, logLevel, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { StageLog } from '@docket/stage';
import { registerCodecs } from './codecs.js';
import { mendAbortedRecords } from './mend-aborted-records.js';
import { mendClusterRetry } from './mend-cluster-retry.js';
import { mendFailedJoin } from './mend-failed-join.js';
import { mendHeaderDecoder } from './mend-header-decoder.js';
import { mendRequestQueue } from './mend-request-queue.js';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: StageLog;
  /**
   * For a RecordWriter: calls wait for a broker that is away, however long. Otherwise they fail after some twenty
   * seconds. It must hold for the whole client: kafkajs gives up as soon as its innermost retry does.
   */
  readonly endless?: boolean;
}

/**
 * A client with Docket's settings. Consumers and producers take separate clients: kafkajs keeps one map of
 * committed offsets per client, and a producer would write what a consumer reads its positions from.
 */
export function createKafka({ brokers, clientId, log, endless = false }: KafkaClientOptions): Kafka {
  mendRequestQueue();
  mendHeaderDecoder();
  mendAbortedRecords();
  mendFailedJoin();
  registerCodecs();
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 50, maxRetryTime: 3_000, retries: endless ? Number.MAX_SAFE_INTEGER : 12 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => forward(log, entry),
  };
  const kafka = new Kafka(config);
  mendClusterRetry(kafka);
  return kafka;
}

/** Answers by which a group tells its members that it rebalances, or that its coordinator is loading or has moved. */
const EXPECTED = /^Response (Heartbeat|JoinGroup|SyncGroup|LeaveGroup|DescribeGroups|GroupCoordinator|FindCoordinator|OffsetFetch|ListOffsets)\(/;

/** Only the constant part of kafkajs's messages is logged: its details may hold record keys. */
function forward(log: StageLog, entry: LogEntry): void {
  // Behind a colon kafkajs puts the message of an error, which may quote anything.
  const detail = entry.log.message.split(':')[0]?.slice(0, 120) ?? '';
  if (EXPECTED.test(detail)) return;
  if (entry.level === logLevel.ERROR) log.warn('kafka client error', { detail });
  else log.info('kafka client warning', { detail });
}
