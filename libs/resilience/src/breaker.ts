import { DocketError } from '@docket/contracts';
import { BrokenCircuitError, circuitBreaker, CircuitState, CountBreaker, handleWhen } from 'cockatiel';

export type BreakerState = 'closed' | 'open' | 'half_open';

export interface BreakerOptions {
  /** Who is called, for errors and metrics. */
  readonly target: string;
  /** Which errors count as failures of the target. */
  readonly counts: (error: Error) => boolean;
  /** Time from opening to the one probe, milliseconds. */
  readonly halfOpenAfterMs?: number;
  readonly onState?: (state: BreakerState) => void;
}

/** Opens at half or more failures of the last ten calls or more; one half-open probe closes it or opens it again. */
export class Breaker {
  readonly #policy;
  readonly #target: string;
  readonly #waitMs: number;

  constructor({ target, counts, halfOpenAfterMs = 10_000, onState }: BreakerOptions) {
    this.#target = target;
    this.#waitMs = halfOpenAfterMs;
    this.#policy = circuitBreaker(handleWhen((error) => error instanceof Error && counts(error)), {
      halfOpenAfter: halfOpenAfterMs,
      breaker: new CountBreaker({ threshold: 0.499, size: 20, minimumNumberOfCalls: 10 }),
    });
    const report = (state: CircuitState) =>
      onState?.(state === CircuitState.Closed ? 'closed' : state === CircuitState.HalfOpen ? 'half_open' : 'open');
    report(CircuitState.Closed);
    this.#policy.onStateChange(report);
  }

  /** Runs `call`, or throws DOCKET_BREAKER_OPEN (retriable) at once while the breaker is open. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.#policy.execute(call);
    } catch (error) {
      if (!(error instanceof BrokenCircuitError)) throw error;
      throw new DocketError('DOCKET_BREAKER_OPEN', `calls to ${this.#target} are suspended`, { kind: 'retriable', cause: error, retryAfterMs: this.#waitMs });
    }
  }
}
