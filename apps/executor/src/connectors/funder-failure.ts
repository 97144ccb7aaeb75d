import { isDocketError, type DocketError } from '@docket/contracts';
import { FunderError, type Effect } from './funder-error.js';
import { retryAfterMs } from './retry-after.js';

/** An answer, read to its end. */
export interface FunderAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** Where a call went: for messages. */
export interface CallPlace {
  readonly funder: string;
  readonly step: string;
}

/** Still worked on there, or told to come again. */
const LATER = new Set([408, 409, 425]);

/** The place or manner of the call is wrong, not the application: a fault of the registry, mended by a person. */
const ENDPOINT = new Set([404, 405, 406, 407, 410, 415, 421, 426, 431]);

/** A key that is not accepted holds up its own funder, not the others, until a person has mended it. */
const CREDENTIALS_WAIT_MS = 30_000;

/** What an answer other than success means for the unit. `isConflict`: whether a 422 blames the idempotency key. */
export function failureOf(answer: FunderAnswer, place: CallPlace, now: number, isConflict = false): FunderError {
  const { status } = answer;
  if (status >= 200 && status < 300) return unreadableAnswer(place);
  const where = `${place.funder}, ${place.step}: HTTP ${status}`;
  const wait = retryAfterMs(answer.headers, now);
  const retryAfter = wait === undefined ? {} : { retryAfterMs: wait };
  const effect = effectOfStatus(status);
  if (status === 429) return new FunderError('DOCKET_FUNDER_THROTTLED', `the funder throttles (${where})`, effect, { kind: 'throttled', ...retryAfter });
  if (status === 401 || status === 403) {
    return new FunderError('DOCKET_FUNDER_CREDENTIALS', `the funder does not accept our key (${where}): check its entry in the registry`, effect, {
      kind: 'throttled', retryAfterMs: CREDENTIALS_WAIT_MS,
    });
  }
  if (LATER.has(status)) return new FunderError('DOCKET_FUNDER_BUSY', `the funder cannot take the call yet (${where})`, effect, { kind: 'retriable', ...retryAfter });
  if (status >= 500) return new FunderError('DOCKET_FUNDER_UNAVAILABLE', `the funder cannot take the call now (${where})`, effect, { kind: 'retriable', ...retryAfter });
  if (status < 400 || ENDPOINT.has(status)) {
    return new FunderError('DOCKET_FUNDER_ENDPOINT', `not an endpoint for this call (${where}): check the funder's entry in the registry`, effect, { kind: 'retriable' });
  }
  if (status === 422 && isConflict) {
    return new FunderError('DOCKET_FUNDER_CONFLICT', `the idempotency key was used for another body (${where})`, effect, { kind: 'conflict' });
  }
  return new FunderError('DOCKET_FUNDER_REFUSED', `the funder refused the application (${where})`, effect, { kind: 'invalid' });
}

/**
 * Whether an answer leaves open that the call took effect. Surely not: what the funder refuses (4xx) and a temporary redirect.
 * Open: all 5xx, 503 with Retry-After too, which a gateway gives also when the funder behind it has done its work and the answer
 * was lost; 408 and 409, which may be about an earlier call that goes on; other redirects, with which some answer a form that was
 * accepted.
 */
function effectOfStatus(status: number): Effect {
  if (status === 307 || status === 308) return 'none';
  return status >= 400 && status < 500 && status !== 408 && status !== 409 ? 'none' : 'unknown';
}

/** An answer of success that is not of the protocol. */
export function unreadableAnswer({ funder, step }: CallPlace, cause?: unknown): FunderError {
  return new FunderError('DOCKET_FUNDER_ANSWER', `the funder's answer is not of the protocol (${funder}, ${step})`, 'unknown', { kind: 'retriable', cause });
}

/** How a call without a whole answer ended. */
export interface CallEnd {
  /** Who ended it, where somebody did. */
  readonly by?: 'deadline' | 'caller' | undefined;
  /** A connection was there and the request went onto it, if only in part: the funder may have it. */
  readonly sent: boolean;
}

/** What a call without a whole answer means. */
export function connectionFailure(cause: unknown, { funder, step }: CallPlace, { by, sent }: CallEnd): DocketError {
  if (isDocketError(cause)) return cause;
  const where = `(${funder}, ${step})`;
  const effect = sent ? 'unknown' : 'none';
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (by === 'caller') return new FunderError('DOCKET_FUNDER_STOPPED', `the call was stopped ${where}`, effect, { kind: 'retriable', cause });
  if (by === 'deadline' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new FunderError('DOCKET_FUNDER_TIMEOUT', `no answer within the deadline ${where}`, effect, { kind: 'retriable', cause });
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return unreadableAnswer({ funder, step }, cause);
  return new FunderError('DOCKET_FUNDER_UNAVAILABLE', `no connection to the funder ${where}`, effect, { kind: 'retriable', cause });
}
