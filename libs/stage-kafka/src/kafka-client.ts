import { Kafka, logLevel, type KafkaConfig, type LogEntry } from 'kafkajs';
import type { StageLog } from '@docket/stage';

export interface KafkaClientOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly log: StageLog;
}

/**
 * A client with Docket's settings. Consumers and producers take separate clients: kafkajs keeps one map of
 * committed offsets per client, and a producer would write what a consumer reads its positions from.
 */
export function createKafka({ brokers, clientId, log }: KafkaClientOptions): Kafka {
  const config: KafkaConfig = {
    brokers: [...brokers],
    clientId,
    connectionTimeout: 5_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 50, maxRetryTime: 3_000, retries: 12 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => forward(log, entry),
  };
  return new Kafka(config);
}

/** Only the constant part of kafkajs's messages is logged: its details may hold record keys. */
function forward(log: StageLog, entry: LogEntry): void {
  const detail = entry.log.message.slice(0, 160);
  if (/KafkaJS v2|timer.*negative|TimeoutNegativeWarning/.test(detail)) return;
  if (entry.level === logLevel.ERROR) log.warn('kafka client error', { detail });
  else log.info('kafka client warning', { detail });
}
