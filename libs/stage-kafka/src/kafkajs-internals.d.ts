/** Parts of kafkajs 2.2.4 that have no types because they are not meant to be reached; used by mend-request-queue.ts only. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    readonly pending: readonly unknown[];
    readonly throttledUntil: number;
    throttleCheckTimeoutId: NodeJS.Timeout | null;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

/** mend-aborted-records.ts */
declare module 'kafkajs/src/broker/index.js' {
  export interface FetchedMessage {
    readonly offset: string;
    readonly key: Buffer | null;
    isControlRecord?: boolean;
    /** A record of an old format has none. */
    readonly batchContext?: { readonly producerId: string; readonly inTransaction: boolean };
  }
  /** What the broker answers of one partition. */
  export interface FetchedPartition {
    abortedTransactions?: readonly { readonly producerId: string; readonly firstOffset: string }[];
    readonly messages: readonly FetchedMessage[];
  }
  export default class Broker {
    fetch(options: object): Promise<{ readonly responses: readonly { readonly partitions: readonly FetchedPartition[] }[] }>;
  }
}

/** mend-failed-join.ts */
declare module 'kafkajs/src/consumer/consumerGroup.js' {
  export default class ConsumerGroup {
    joinAndSync(): Promise<void>;
  }
}

/** Of those that are meant to be reached Node does not find all by name in the package. */
declare module 'kafkajs/src/errors.js' {
  export class KafkaJSNonRetriableError extends Error {}
  export class KafkaJSGroupCoordinatorNotFound extends KafkaJSNonRetriableError {}
  export class KafkaJSNumberOfRetriesExceeded extends KafkaJSNonRetriableError {
    constructor(error: Error, after: { readonly retryCount: number; readonly retryTime: number });
  }
}

/** The part of a transactional producer that mend-cluster-retry.ts is about; used by its spec only. */
declare module 'kafkajs/src/producer/eosManager/index.js' {
  interface EosCluster {
    refreshMetadataIfNecessary: () => Promise<void>;
    findGroupCoordinator: () => Promise<{ initProducerId: () => Promise<unknown> }>;
  }
  export default function createEosManager(options: {
    cluster: EosCluster;
    logger: { debug: () => void };
    transactional: boolean;
    transactionalId: string;
  }): { initProducerId: () => Promise<void> };
}

/** Its array is that of a record's headers: mend-header-decoder.ts. It also reads what transactions/produce-frame.ts writes, in its spec. */
declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(buffer: Buffer);
    readonly offset: number;
    readInt16(): number;
    readInt32(): number;
    readString(): string;
    readVarInt(): number;
    readVarIntString(): string;
    readVarIntBytes(): Buffer | null;
    readVarIntArray(read: (decoder: Decoder) => { readonly key: string; readonly value: Buffer | null }): { reduce: () => Record<string, Buffer | null | (Buffer | null)[]> };
  }
}
declare module 'kafkajs/src/protocol/recordBatch/v0/decoder.js' {
  import type Decoder from 'kafkajs/src/protocol/decoder.js';

  interface DecodedBatch {
    readonly firstSequence: number;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly producerEpoch: number;
    readonly inTransaction: boolean;
    readonly firstTimestamp: string;
    readonly maxTimestamp: string;
    readonly records: readonly { readonly offset: string; readonly key: Buffer; readonly value: Buffer | null; readonly headers: Readonly<Record<string, Buffer>> }[];
  }
  export default function decodeBatch(decoder: Decoder): Promise<DecodedBatch>;
}
