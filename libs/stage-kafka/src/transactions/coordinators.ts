import type { Broker, Cluster } from './producer-cluster.js';
import { KAFKA_ERROR, RefusedError } from './refused-error.js';
import { retrying } from './retrying.js';

const TYPES = { group: 0, transaction: 1 } as const;

/** The broker did not carry out the request, and will soon, or another broker will. */
const MOVED: readonly number[] = [KAFKA_ERROR.coordinatorLoadInProgress, KAFKA_ERROR.coordinatorNotAvailable, KAFKA_ERROR.notCoordinator];

/** Finds the broker that answers for a group or transactional id, and remembers it: kafkajs asks before each request. */
export class Coordinators {
  readonly #nodes = new Map<string, number>();

  constructor(private readonly cluster: Cluster) {}

  /**
   * Makes a request of the coordinator, again while it refuses because another broker is it by now, or because it
   * still ends the last transaction of the id. Any other failure is final, and so is the last after `forMs`.
   */
  async ask<T>(type: keyof typeof TYPES, id: string, forMs: number, request: (broker: Broker) => Promise<T>): Promise<T> {
    return retrying(forMs, async () => request(await this.#find(type, id)), (error) => {
      if (!(error instanceof RefusedError)) return false;
      const hasMoved = MOVED.includes(error.errorCode);
      if (hasMoved) this.#nodes.delete(type + id);
      return hasMoved || error.errorCode === KAFKA_ERROR.concurrentTransactions;
    });
  }

  async #find(type: keyof typeof TYPES, id: string): Promise<Broker> {
    const known = this.#nodes.get(type + id);
    if (known !== undefined) {
      try {
        return await this.cluster.findBroker({ nodeId: known });
      } catch {
        // Gone from the cluster: nothing was sent, so another may be asked for.
        this.#nodes.delete(type + id);
      }
    }
    const broker = await this.cluster.findGroupCoordinator({ groupId: id, coordinatorType: TYPES[type] });
    this.#nodes.set(type + id, broker.nodeId);
    return broker;
  }
}
