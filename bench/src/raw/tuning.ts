import type { ConsumerConfig, RetryOptions } from 'kafkajs-raw';

/** What a user of kafkajs can set without changing it. */
export interface RawTuning {
  /** For consumers and producers; transactions ask the coordinator with kafkajs's own waits whatever is set. */
  readonly retry?: RetryOptions;
  readonly maxWaitTimeInMs?: number;
  /** Write the headers that Docket's stages write: the same records, not only the same values. */
  readonly envelope?: boolean;
}

/** kafkajs as it comes: 300 ms before the first retry, a fetch waits up to 5 s. */
export const STOCK: RawTuning = {};

/**
 * A transaction begun right after a commit is refused until the broker has written its markers, and then waits out a
 * retry: 5 ms rather than 300. With more tries, as the short ones are used up sooner. Fetches wait 100 ms at most,
 * as Docket's do.
 */
export const FAST_RETRY: RawTuning = { retry: { initialRetryTime: 5, retries: 15 }, maxWaitTimeInMs: 100 };

/**
 * A batch goes on in one send, which kafkajs never splits: with its own 1 MiB a partition, a backlog makes sends
 * that the broker refuses as too large.
 */
export function consumerConfig(groupId: string, { envelope: _, ...tuning }: RawTuning): ConsumerConfig {
  return { groupId, maxBytesPerPartition: 512 * 1024, allowAutoTopicCreation: false, ...tuning };
}
