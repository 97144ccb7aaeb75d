import type { Clock } from '@docket/contracts';
import type { Entry } from '../journal/entry.js';
import { Refusal } from '../refusal.js';
import type { CallStep } from './call-step.js';
import type { Fault } from './fault.port.js';
import type { RetryAfterWriter } from './retry-after.js';

/**
 * So many applications may be started, or webhook submissions made, in a calendar month (UTC), counted over restarts;
 * beyond them 429 until the month's end. An application that was started can always be finished.
 */
export class QuotaFault implements Fault {
  readonly #quota: number;
  readonly #clock: Clock;
  readonly #retryAfter: RetryAfterWriter;
  #month = '';
  #used = 0;

  constructor(quota: number, clock: Clock, retryAfter: RetryAfterWriter) {
    this.#quota = quota;
    this.#clock = clock;
    this.#retryAfter = retryAfter;
  }

  onAdmission(step: CallStep): void {
    if (!begins(step)) return;
    const now = new Date(this.#clock.now());
    this.#turnTo(now.toISOString());
    if (this.#used >= this.#quota) {
      const monthEnd = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
      throw new Refusal(429, 'the monthly quota is used up', { headers: this.#retryAfter(monthEnd - now.getTime()) });
    }
    this.#used += 1;
  }

  onRecall(entry: Entry): void {
    if (!begins(entry.step)) return;
    this.#turnTo(entry.at);
    this.#used += 1;
  }

  #turnTo(instant: string): void {
    const month = instant.slice(0, 7);
    if (month === this.#month) return;
    this.#month = month;
    this.#used = 0;
  }
}

/** The call with which a submission begins. */
function begins(step: CallStep): boolean {
  return step === 'start' || step === 'webhook';
}
