import { DocketError } from '@docket/contracts';
import { BrokenCircuitError, circuitBreaker, CircuitState, CountBreaker, handleWhen } from 'cockatiel';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerOptions {
  /** Who is called, for errors and metrics. */
  readonly target: string;
  /** Which errors count as failures of the target. */
  readonly counts: (error: Error) => boolean;
  /**
   * Which of the others show that the target is there: after one that does not, e.g. as no call was sent, the probe opens the
   * breaker again. Default: all.
   */
  readonly answered?: (error: unknown) => boolean;
  /** Time from opening to the one probe, milliseconds. */
  readonly halfOpenAfterMs?: number;
  readonly onState?: (state: BreakerState) => void;
}

/** A caller that finds the probe under way asks again this many times while the breaker would stay open. */
const LOOKS = 10;

/** A probe that told nothing of the target: the policy would take it for a success. */
class Unanswered extends Error {
  constructor(readonly failure: unknown) {
    super('the probe had no answer');
  }
}

/** Opens at half or more failures of the last ten calls or more; one half-open probe closes it or opens it again. */
export class Breaker {
  readonly #policy;
  readonly #target: string;
  readonly #halfOpenAfterMs: number;
  readonly #tellsNothing: (error: unknown) => boolean;
  #state: BreakerState = 'closed';
  #opensAt = 0;

  constructor({ target, counts, answered = () => true, halfOpenAfterMs = 10_000, onState }: BreakerOptions) {
    this.#target = target;
    this.#halfOpenAfterMs = halfOpenAfterMs;
    const counted = (error: unknown) => error instanceof Error && counts(error);
    this.#tellsNothing = (error) => !counted(error) && !answered(error);
    this.#policy = circuitBreaker(handleWhen((error) => error instanceof Unanswered || counted(error)), {
      halfOpenAfter: halfOpenAfterMs,
      breaker: new CountBreaker({ threshold: 0.499, size: 20, minimumNumberOfCalls: 10 }),
    });
    const report = (state: CircuitState) => {
      this.#state = state === CircuitState.Closed ? 'closed' : state === CircuitState.HalfOpen ? 'half_open' : 'open';
      // The wall clock, because the policy goes by it.
      if (this.#state === 'open') this.#opensAt = Date.now() + halfOpenAfterMs;
      onState?.(this.#state);
    };
    report(CircuitState.Closed);
    this.#policy.onStateChange(report);
  }

  /**
   * Milliseconds to wait before a call, 0 where it may begin now: for callers that can hold a call back instead of having it
   * refused by run(). Of those that wait for an open breaker one goes first, as the probe.
   * @param running calls that are under way
   */
  waitMs(running: number): number {
    if (this.#state === 'closed') return 0;
    const left = this.#state === 'open' ? this.#opensAt - Date.now() : 0;
    // The clock may be set back.
    if (left > 0) return Math.min(left, this.#halfOpenAfterMs);
    return running === 0 ? 0 : Math.ceil(this.#halfOpenAfterMs / LOOKS);
  }

  /** Runs `call`, or throws DOCKET_BREAKER_OPEN (retriable) at once while the breaker is open. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      // Called as the call begins: then the policy is half open for the probe alone.
      return await this.#policy.execute(() => (this.#state === 'half_open' ? this.#probe(call) : call()));
    } catch (error) {
      if (error instanceof Unanswered) throw error.failure;
      if (!(error instanceof BrokenCircuitError)) throw error;
      const retryAfterMs = Math.max(1, this.waitMs(0));
      throw new DocketError('DOCKET_BREAKER_OPEN', `calls to ${this.#target} are suspended`, { kind: 'retriable', cause: error, retryAfterMs });
    }
  }

  async #probe<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw this.#tellsNothing(error) ? new Unanswered(error) : error;
    }
  }
}
