import type { Clock } from '@docket/contracts';
import { nextAdmission, OPEN, retryAfterSeconds, TICK_MS, type AdmissionPolicy, type AdmissionSignal, type AdmissionState } from './admission-law.js';
import type { Refusal } from './admission.port.js';
import { TokenBucket } from './token-bucket.js';

/** How long a record of the inbound topic waits before it asks again. */
const NEXT_TOKEN_MS = 100;
const CLOSED_MS = 1_000;

/** More than any stage takes: from here on the inbound topic is not held at all. */
const MOST_PER_SECOND = 1_000_000;

/** By how much more of the inbound topic is let in each tick while admission is open. */
const WIDEN = 1.25;

/** A way in: what it let in since the last tick, and whether anybody wanted to come by it. */
interface Way {
  readonly bucket: TokenBucket;
  asked: boolean;
  admitted: number;
}

/** Admission of one pipeline: the law's state, and what it means for each request and for each record of the inbound topic. */
export class PipelineAdmission {
  #state: AdmissionState = OPEN;
  #delaySeconds = 0;
  /** Records a second that the inbound topic may bring while admission is open. */
  #inboundRate: number;
  readonly #http: Way;
  readonly #kafka: Way;

  constructor(
    private readonly clock: Clock,
    private readonly policy: AdmissionPolicy,
    private readonly random: () => number,
  ) {
    this.#http = { bucket: new TokenBucket(clock), asked: false, admitted: 0 };
    this.#kafka = { bucket: new TokenBucket(clock), asked: false, admitted: 0 };
    this.#inboundRate = policy.ceiling;
    this.#kafka.bucket.perSecond = policy.ceiling;
  }

  /** To be called every TICK_MS. */
  tick(signal: Omit<AdmissionSignal, 'now' | 'admittedRate'>): AdmissionState {
    const ways = [this.#http, this.#kafka];
    const admitted = ways.reduce((sum, way) => sum + way.admitted, 0);
    const now = this.clock.now();
    this.#delaySeconds = signal.delaySeconds ?? 0;
    this.#state = nextAdmission(this.#state, { ...signal, now, admittedRate: admitted / (TICK_MS / 1_000) }, this.policy);
    const rate = this.#state.scale * this.policy.ceiling;
    // A topic may hold hours of work: where all of it came at once, the stages behind would be swamped before anybody saw it.
    this.#inboundRate = this.#state.mode === 'open' ? Math.min(this.#inboundRate * WIDEN, MOST_PER_SECOND) : this.policy.ceiling;
    // Half for each way that somebody wants to come by, or the quicker one would starve the other.
    this.#http.bucket.perSecond = this.#kafka.asked ? rate / 2 : rate;
    this.#kafka.bucket.perSecond = this.#state.mode === 'open' ? this.#inboundRate : this.#http.asked ? rate / 2 : rate;
    for (const way of ways) [way.asked, way.admitted] = [false, 0];
    return this.#state;
  }

  /** See Admission. */
  refuse(units: number): Refusal | undefined {
    if (this.#passes(this.#http, units)) return undefined;
    const { mode } = this.#state;
    return {
      reason: mode === 'shedding' || mode === 'blocked' ? mode : 'throttled',
      retryAfterSeconds: retryAfterSeconds(this.#delaySeconds, this.policy.targetSeconds, this.random),
    };
  }

  /** See Admission. */
  charge(units: number): void {
    this.#http.admitted += units;
    if (this.#state.mode !== 'open') this.#http.bucket.owe(units);
  }

  /** Milliseconds that a record of the inbound topic has to wait; at 0 it is counted as let in. */
  gate(): number {
    if (this.#passes(this.#kafka, 1)) return 0;
    return this.#state.mode === 'throttled' || this.#state.mode === 'open' ? NEXT_TOKEN_MS : CLOSED_MS;
  }

  #passes(way: Way, units: number): boolean {
    way.asked = true;
    const { mode } = this.#state;
    if (mode === 'shedding' || mode === 'blocked') return false;
    const isFree = mode === 'open' && way === this.#http;
    if (!isFree && !way.bucket.take(units)) return false;
    way.admitted += units;
    return true;
  }
}
