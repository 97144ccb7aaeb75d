/** How often and how soon a failed record is tried again. */
export interface RetryPlan {
  /** Tries in all, the first included. */
  readonly maxAttempts: number;
  /** Delay before the second try, milliseconds; doubles from try to try. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const DEFAULT_RETRY_PLAN: RetryPlan = { maxAttempts: 8, firstDelayMs: 250, maxDelayMs: 10_000 };

/**
 * Milliseconds until the next try, or undefined when the tries are used up.
 * @param attempt the try that failed, from 1
 * @param random in [0, 1): spreads by up to 10%, so that failed records do not come back in step
 */
export function nextDelay(plan: RetryPlan, attempt: number, random: number, retryAfterMs = 0): number | undefined {
  if (attempt >= plan.maxAttempts) return undefined;
  const delay = Math.min(plan.firstDelayMs * 2 ** (attempt - 1), plan.maxDelayMs);
  return Math.max(retryAfterMs, delay) * (1 + random * 0.1);
}
