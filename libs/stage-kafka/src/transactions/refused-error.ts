/** A request that a broker has answered with an error code. */
export class RefusedError extends Error {
  constructor(readonly api: string, readonly errorCode: number) {
    super(`${api} was refused with Kafka's error code ${errorCode}`);
    this.name = 'RefusedError';
  }
}

/** Error codes of Kafka's protocol. */
export const KAFKA_ERROR = {
  coordinatorLoadInProgress: 14,
  coordinatorNotAvailable: 15,
  notCoordinator: 16,
  notEnoughReplicas: 19,
  notEnoughReplicasAfterAppend: 20,
  invalidProducerEpoch: 47,
  concurrentTransactions: 51,
  producerFenced: 90,
} as const;
