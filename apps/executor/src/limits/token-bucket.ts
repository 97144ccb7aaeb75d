import type { Clock } from '@docket/contracts';

export interface BucketRate {
  readonly perSecond: number;
  /** Most tokens that a rest saves up. */
  readonly burst: number;
}

/** Calls at a rate, with a burst after a rest. Full at first: a restart forgets what was taken, and the funder may then throttle. */
export class TokenBucket {
  readonly #rate: BucketRate;
  readonly #clock: Clock;
  #tokens: number;
  #at: number;

  constructor(rate: BucketRate, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#tokens = rate.burst;
    this.#at = clock.now();
  }

  /** Takes `count` tokens, at most the burst, and returns 0; or takes none and returns the milliseconds until they are there. */
  take(count: number): number {
    const { perSecond, burst } = this.#rate;
    const now = this.#clock.now();
    // The clock may be set back.
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, now - this.#at) / 1_000) * perSecond);
    this.#at = now;
    // A sum of many small fractions falls short of the whole by a hair.
    const missing = count - this.#tokens - 1e-9;
    if (missing > 0) return Math.max(1, Math.ceil((missing / perSecond) * 1_000));
    this.#tokens -= count;
    return 0;
  }
}
