/** Group membership and fetching, the same for every consumer. Times in milliseconds. */
export const GROUP_SETTINGS = {
  /** A member that is gone for this long loses its partitions. */
  sessionTimeout: 10_000,
  heartbeatInterval: 500,
  rebalanceTimeout: 15_000,
  /** A pause, seek or new record is seen within this time. */
  maxWaitTimeInMs: 100,
  maxBytesPerPartition: 512 * 1024,
  allowAutoTopicCreation: false,
  retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 8 },
} as const;
