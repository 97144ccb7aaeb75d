import type { Socket } from 'node:net';
import { DocketError } from '@docket/contracts';
import type { Kafka } from 'kafkajs';

/** The parts of kafkajs 2.2.4 that the transactional writer stands on; it has no types for them. */
export interface Connection {
  readonly clientId: string;
  readonly socket: Pick<Socket, 'cork' | 'uncork' | 'write' | 'writableCorked'>;
  readonly requestQueue: {
    push(request: {
      readonly entry: {
        readonly apiKey: number;
        readonly apiName: string;
        readonly apiVersion: number;
        readonly correlationId: number;
        readonly resolve: (response: { readonly payload: Buffer }) => void;
        readonly reject: (error: Error) => void;
      };
      readonly expectResponse: boolean;
      readonly requestTimeout: null;
      readonly sendRequest: () => void;
    }): void;
  };
  isConnected(): boolean;
  nextCorrelationId(): number;
}

export interface Broker {
  readonly nodeId: number;
  readonly versions: Readonly<Record<number, { readonly minVersion: number; readonly maxVersion: number }>>;
  /** The first connection carries everything but fetches. */
  readonly connectionPool: { readonly pool: readonly Connection[] };
}

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number; readonly leader: number }[];
  /** Connects and authenticates where need be. */
  findBroker(node: { readonly nodeId: number }): Promise<Broker>;
  findGroupCoordinator(of: { readonly groupId: string; readonly coordinatorType: number }): Promise<Broker>;
}

interface ClusterOptions {
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
  readonly maxInFlightRequests: null;
}

/**
 * Connections and metadata as kafkajs keeps them for one producer, with its settings for brokers, TLS, SASL and
 * retries. Throws DOCKET_KAFKAJS where kafkajs is another version than this was written for.
 */
export function openCluster(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === 'private:Kafka:createCluster');
  const create: unknown = symbol && Reflect.get(kafka, symbol);
  if (typeof create !== 'function') throw new DocketError('DOCKET_KAFKAJS', 'kafkajs is not the version that the transactional writer was written for');
  return (create as (options: ClusterOptions) => Cluster)({ metadataMaxAge: 300_000, allowAutoTopicCreation: false, maxInFlightRequests: null });
}
