import { DocketError, isDocketError, type DocketCode, type DocketErrorOptions } from '@docket/contracts';

/** Whether a call that failed took effect: surely not, or nobody here knows. */
export type Effect = 'none' | 'unknown';

/** A call to a funder that failed. */
export class FunderError extends DocketError {
  constructor(code: DocketCode, message: string, readonly effect: Effect, options: DocketErrorOptions) {
    super(code, message, options);
    this.name = 'FunderError';
  }
}

/** Whether a failed call to a funder may have taken effect; `unknown` of all that was not thrown as a FunderError. */
export function effectOf(error: unknown): Effect {
  return isDocketError(error) && 'effect' in error && error.effect === 'none' ? 'none' : 'unknown';
}

/** A fault of the funder or of the way to it, as opposed to one of the grant or of the registry: these open its breaker. */
export function isOutage(error: Error): boolean {
  if (!isDocketError(error)) return false;
  return error.code === 'DOCKET_FUNDER_UNAVAILABLE' || error.code === 'DOCKET_FUNDER_TIMEOUT' || (error.cause instanceof Error && isOutage(error.cause));
}

/** What the funder itself said, whatever it was. */
const ANSWERS: ReadonlySet<string> = new Set(
  ['THROTTLED', 'REFUSED', 'CONFLICT', 'BUSY', 'CREDENTIALS', 'ENDPOINT', 'ANSWER'].map((name) => `DOCKET_FUNDER_${name}`),
);

/** Whether a failure shows that the funder is there. One that came before any call does not, nor does a call that was stopped. */
export function isAnswer(error: unknown): boolean {
  return isDocketError(error) && (ANSWERS.has(error.code) || isAnswer(error.cause));
}
