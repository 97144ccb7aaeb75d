import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { KafkaJSNumberOfRetriesExceeded } from 'kafkajs/src/errors.js';

/**
 * Where a join of kafkajs 2.2.4 fails with an error that may pass, such as that of a coordinator that is still loading, it
 * goes back to fetching with the assignment from before, and never joins again: nobody hears of a join, and everything
 * that waits for one stands. Here the consumer restarts, as it does after any other failure, and joins as a new member.
 */
export function mendFailedJoin(): void {
  const { prototype } = ConsumerGroup;
  const original = (prototype as Partial<ConsumerGroup>).joinAndSync;
  if (original === undefined) throw new Error('kafkajs is not the version that mendFailedJoin was written for');
  if (original.name === joinOrRestart.name) return;
  prototype.joinAndSync = joinOrRestart;

  async function joinOrRestart(this: ConsumerGroup): Promise<void> {
    try {
      await (original as ConsumerGroup['joinAndSync']).call(this);
    } catch (error) {
      // The one error that kafkajs neither repeats nor ends for good on.
      throw error instanceof Error && 'retriable' in error && error.retriable === true ? new KafkaJSNumberOfRetriesExceeded(error, { retryCount: 0, retryTime: 0 }) : error;
    }
  }
}
