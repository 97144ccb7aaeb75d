import { Kafka, logLevel } from 'kafkajs-raw';

/** The harness's own client, unpatched as the peers' is. */
export function harnessClient(brokers: readonly string[], clientId: string): Kafka {
  return new Kafka({ clientId, brokers: [...brokers], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, retries: 10 } });
}
