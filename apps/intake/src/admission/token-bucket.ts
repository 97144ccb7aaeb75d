import type { Clock } from '@docket/contracts';

/** Units that may pass at a rate that changes; what is not used is kept for a second, not longer. */
export class TokenBucket {
  #perSecond = 0;
  #tokens = 0;
  #at: number;

  constructor(private readonly clock: Clock) {
    this.#at = clock.now();
  }

  set perSecond(rate: number) {
    this.#fill();
    this.#perSecond = rate;
    this.#tokens = Math.min(this.#tokens, Math.max(1, rate));
  }

  /** Takes `units` where anything is left, all of them: what is too much is owed, so that a large batch passes too. */
  take(units: number): boolean {
    this.#fill();
    if (this.#tokens < 1) return false;
    this.#tokens -= units;
    return true;
  }

  /** Takes `units` that have passed already, whatever is left. */
  owe(units: number): void {
    this.#fill();
    this.#tokens -= units;
  }

  #fill(): void {
    const now = this.clock.now();
    // The clock may be set back.
    const seconds = Math.max(0, now - this.#at) / 1_000;
    this.#at = now;
    // Never less than one may be kept, or a rate below one a second would let nothing pass.
    this.#tokens = Math.min(Math.max(1, this.#perSecond), this.#tokens + seconds * this.#perSecond);
  }
}
