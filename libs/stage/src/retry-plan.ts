/** Where a failed unit goes next. */
export interface RetryStep {
  /** Retry topic, from 1. */
  readonly tier: number;
  /** Milliseconds from now, spread by up to 10%. */
  readonly delayMs: number;
}

/**
 * The first retry topic that is not below `least` and waits at least `retryAfterMs`; undefined where none waits so long.
 * @param random in [0, 1): failed records do not come back in step
 */
export function retryStep(delaysMs: readonly number[], least: number, retryAfterMs: number, random: number): RetryStep | undefined {
  for (let tier = Math.max(1, least); tier <= delaysMs.length; tier++) {
    const delay = delaysMs[tier - 1] ?? 0;
    if (delay >= retryAfterMs) return { tier, delayMs: delay * (1 + random * 0.1) };
  }
  return undefined;
}
