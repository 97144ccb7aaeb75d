export interface LoadSettings {
  readonly url: string;
  readonly apiKey: string;
  readonly connections: number;
  /** Requests that go before and do not count. */
  readonly warmUp: number;
  readonly requests: number;
}

/** The line that the load ends with; times of answers in milliseconds. */
export interface LoadResult {
  readonly seconds: number;
  readonly accepted: number;
  /** Answered, but not 202. */
  readonly other: number;
  readonly errors: number;
  readonly p50: number;
  readonly p99: number;
}
