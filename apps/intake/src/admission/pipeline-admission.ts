import type { Clock } from '@docket/contracts';
import { CALM_MS, nextAdmission, OPEN, retryAfterSeconds, TICK_MS, type AdmissionPolicy, type AdmissionSignal, type AdmissionState } from './admission-law.js';
import type { Refusal } from './admission.port.js';
import { TokenBucket } from './token-bucket.js';

/** How long a record of the inbound topic waits before it asks again. */
const NEXT_TOKEN_MS = 100;
const CLOSED_MS = 1_000;
/** It is not let in before that, whatever the delay. */
const BLOCKED_SECONDS = (CALM_MS + TICK_MS) / 1_000;

/** More than any stage takes: from here on the inbound topic is not held at all. */
const MOST_PER_SECOND = 1_000_000;

/**
 * Of the target, or of a capacity: from the one on the inbound topic gets less each tick, below the other more, and a little in
 * between. Both lie well below the quarter above which admission does not widen, and the half at which it narrows: what upstream
 * has left on Kafka waits there in safety, and a topic full of it must not shut the door to callers.
 */
const YIELD_FROM = 0.15;
const WIDEN_BELOW = 0.1;
const YIELD = 0.5;
const WIDEN = 1.25;
const CREEP = 1.05;
/** Of the ceiling: so much is let in, however many callers there are, and so much where a backlog begins. */
const LEAST_INBOUND = 0.1;
const FIRST_INBOUND = 0.5;

/** A way in: how many units came by it since the last tick, and how many could not. */
interface Way {
  readonly bucket: TokenBucket;
  admitted: number;
  refused: number;
}

/** Admission of one pipeline: the law's state, and what it means for each request and for each record of the inbound topic. */
export class PipelineAdmission {
  #state: AdmissionState = OPEN;
  #delaySeconds = 0;
  #signalAt = Number.NEGATIVE_INFINITY;
  /** Records a second that the inbound topic may bring where callers leave room for it. */
  #inboundRate: number;
  readonly #http: Way;
  readonly #kafka: Way;

  constructor(
    private readonly clock: Clock,
    private readonly policy: AdmissionPolicy,
    private readonly random: () => number,
  ) {
    this.#http = { bucket: new TokenBucket(clock), admitted: 0, refused: 0 };
    this.#kafka = { bucket: new TokenBucket(clock), admitted: 0, refused: 0 };
    this.#inboundRate = FIRST_INBOUND * policy.ceiling;
    this.#kafka.bucket.perSecond = this.#inboundRate;
  }

  /** To be called every TICK_MS. */
  tick(signal: Omit<AdmissionSignal, 'now' | 'admittedRate'>): AdmissionState {
    const ways = [this.#http, this.#kafka];
    const admitted = ways.reduce((sum, way) => sum + way.admitted, 0);
    const now = this.clock.now();
    this.#delaySeconds = signal.delaySeconds ?? 0;
    this.#state = nextAdmission(this.#state, { ...signal, now, admittedRate: admitted / (TICK_MS / 1_000) }, this.policy);
    const rate = this.#state.scale * this.policy.ceiling;
    this.#inboundRate = this.#nextInboundRate(signal);
    this.#signalAt = signal.signalAt;
    const wanted = wantedBy(this.#http) / (TICK_MS / 1_000);
    // Half for each way where both want more than that, or the quicker one would starve the other.
    this.#http.bucket.perSecond = wantedBy(this.#kafka) > 0 ? rate / 2 : rate;
    if (this.#state.mode === 'open') this.#kafka.bucket.perSecond = this.#inboundRate;
    else this.#kafka.bucket.perSecond = wanted >= rate / 2 ? rate / 2 : Math.min(rate - wanted, this.#inboundRate);
    for (const way of ways) [way.admitted, way.refused] = [0, 0];
    return this.#state;
  }

  /** See Admission. */
  refuse(units: number): Refusal | undefined {
    if (this.#passes(this.#http, units)) return undefined;
    const { mode } = this.#state;
    return {
      reason: mode === 'shedding' || mode === 'blocked' ? mode : 'throttled',
      retryAfterSeconds: retryAfterSeconds(this.#delaySeconds, this.policy.targetSeconds, this.random, mode === 'blocked' ? BLOCKED_SECONDS : 1),
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

  /** A topic may hold hours of work: where all of it came at once, the stages behind would be swamped before anybody saw it. */
  #nextInboundRate({ delaySeconds, signalAt, fill }: Omit<AdmissionSignal, 'now' | 'admittedRate'>): number {
    const { mode } = this.#state;
    const { ceiling, targetSeconds } = this.policy;
    const [rate, least, first] = [this.#inboundRate, LEAST_INBOUND * ceiling, FIRST_INBOUND * ceiling];
    if (mode === 'shedding' || mode === 'blocked') return least;
    if (delaySeconds === undefined) return Math.min(rate, first);
    // Nothing new is known of what was let in since.
    if (signalAt <= this.#signalAt) return rate;
    const behind = Math.max(delaySeconds / targetSeconds, fill);
    if (wantedBy(this.#kafka) === 0) return behind > YIELD_FROM ? least : first;
    // From what came, not from what might have: something else may have held it.
    const came = Math.min(rate, this.#kafka.admitted / (TICK_MS / 1_000));
    if (behind > YIELD_FROM) return Math.max(least, came * YIELD);
    if (this.#kafka.refused === 0) return rate;
    return Math.max(least, Math.min(MOST_PER_SECOND, came * (behind < WIDEN_BELOW ? WIDEN : CREEP)));
  }

  #passes(way: Way, units: number): boolean {
    const { mode } = this.#state;
    const isShut = mode === 'shedding' || mode === 'blocked';
    const isFree = mode === 'open' && way === this.#http;
    const passes = !isShut && (isFree || way.bucket.take(units));
    way[passes ? 'admitted' : 'refused'] += units;
    return passes;
  }
}

function wantedBy({ admitted, refused }: Way): number {
  return admitted + refused;
}
