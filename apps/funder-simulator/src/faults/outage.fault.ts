import type { Clock } from '@docket/contracts';
import { Refusal } from '../refusal.js';
import type { Fault } from './fault.port.js';
import type { RetryAfterWriter } from './retry-after.js';

/** Down for a while, counted from the first call since the process started: 503 to everything, repeats too. */
export class OutageFault implements Fault {
  readonly #downMs: number;
  readonly #clock: Clock;
  readonly #retryAfter: RetryAfterWriter;
  #firstAt: number | undefined;

  constructor(downMs: number, clock: Clock, retryAfter: RetryAfterWriter) {
    this.#downMs = downMs;
    this.#clock = clock;
    this.#retryAfter = retryAfter;
  }

  onArrival(): void {
    const now = this.#clock.now();
    this.#firstAt ??= now;
    const leftMs = this.#firstAt + this.#downMs - now;
    if (leftMs > 0) throw new Refusal(503, 'the funder is down', { headers: this.#retryAfter(leftMs) });
  }
}
