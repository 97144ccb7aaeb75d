import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { KafkaJSGroupCoordinatorNotFound, KafkaJSNumberOfRetriesExceeded } from 'kafkajs/src/errors.js';
import { mendMethod } from './mend-method.js';

/**
 * Where a join of kafkajs 2.2.4 fails with an error that may pass, such as that of a coordinator that is still loading, it
 * goes back to fetching with the assignment from before, and never joins again: nobody hears of a join, and everything
 * that waits for one stands. Here the consumer restarts, as it does after any other failure, and joins as a new member.
 *
 * Where no broker answered who the coordinator is, be it that a connection broke, kafkajs takes that for final and ends the
 * consumer. It passes, too.
 */
export function mendFailedJoin(): void {
  mendMethod(ConsumerGroup.prototype, 'joinAndSync', (join) => async function joinOrRestart(this: ConsumerGroup) {
    try {
      await join.call(this);
    } catch (error) {
      // Of all others kafkajs either repeats the join, or it ends for good, and rightly.
      if (!mayPass(error)) throw error;
      throw new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 0, retryTime: 0 });
    }
  });
}

function mayPass(error: unknown): error is Error {
  // By this flag of the innermost cause kafkajs decides whether to restart.
  if (error instanceof KafkaJSGroupCoordinatorNotFound) Object.assign(error, { retriable: true });
  return error instanceof Error && 'retriable' in error && error.retriable === true;
}
