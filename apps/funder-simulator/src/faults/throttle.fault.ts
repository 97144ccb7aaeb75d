import type { Clock } from '@docket/contracts';
import { Refusal } from '../refusal.js';
import type { Fault } from './fault.port.js';
import type { RetryAfterWriter } from './retry-after.js';

export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** A token bucket, full at first: 429 to a call that finds it empty. */
export class ThrottleFault implements Fault {
  readonly #rate: Rate;
  readonly #clock: Clock;
  readonly #retryAfter: RetryAfterWriter;
  #tokens: number;
  #filledAt: number;

  constructor(rate: Rate, clock: Clock, retryAfter: RetryAfterWriter) {
    this.#rate = rate;
    this.#clock = clock;
    this.#retryAfter = retryAfter;
    this.#tokens = rate.burst;
    this.#filledAt = clock.now();
  }

  onAdmission(): void {
    const now = this.#clock.now();
    // A clock that was set back fills nothing, and counts from where it now stands.
    const elapsed = Math.max(0, now - this.#filledAt);
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (elapsed * this.#rate.perSecond) / 1000);
    this.#filledAt = now;
    if (this.#tokens < 1) {
      const waitMs = ((1 - this.#tokens) * 1000) / this.#rate.perSecond;
      throw new Refusal(429, 'too many calls a second', { headers: this.#retryAfter(waitMs) });
    }
    this.#tokens -= 1;
  }
}
