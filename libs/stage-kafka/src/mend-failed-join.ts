import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { KafkaJSNumberOfRetriesExceeded } from 'kafkajs/src/errors.js';
import { mendMethod } from './mend-method.js';

/**
 * Where a join of kafkajs 2.2.4 fails with an error that may pass, such as that of a coordinator that is still loading, it
 * goes back to fetching with the assignment from before, and never joins again: nobody hears of a join, and everything
 * that waits for one stands. Here the consumer restarts, as it does after any other failure, and joins as a new member.
 */
export function mendFailedJoin(): void {
  mendMethod(ConsumerGroup.prototype, 'joinAndSync', (join) => async function joinOrRestart(this: ConsumerGroup) {
    try {
      await join.call(this);
    } catch (error) {
      // The one error that kafkajs neither repeats nor ends for good on.
      throw error instanceof Error && 'retriable' in error && error.retriable === true ? new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 0, retryTime: 0 }) : error;
    }
  });
}
