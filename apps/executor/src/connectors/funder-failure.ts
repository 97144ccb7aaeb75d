import { DocketError, isDocketError } from '@docket/contracts';
import { blamesFields } from './common-grants.answers.js';
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

/** What an answer other than success means for the unit. */
export function failureOf(answer: FunderAnswer, place: CallPlace, now: number): DocketError {
  const { status } = answer;
  if (status >= 200 && status < 300) return unreadableAnswer(place);
  const where = `${place.funder}, ${place.step}: HTTP ${status}`;
  const wait = retryAfterMs(answer.headers, now);
  const retryAfter = wait === undefined ? {} : { retryAfterMs: wait };
  if (status === 429) return new DocketError('DOCKET_FUNDER_THROTTLED', `the funder throttles (${where})`, { kind: 'throttled', ...retryAfter });
  if (status === 401 || status === 403) {
    return new DocketError('DOCKET_FUNDER_CREDENTIALS', `the funder does not accept our key (${where}): check its apiKeyEnv or apiKeyFile`, {
      kind: 'throttled', retryAfterMs: CREDENTIALS_WAIT_MS,
    });
  }
  if (status >= 500 || LATER.has(status)) {
    return new DocketError('DOCKET_FUNDER_UNAVAILABLE', `the funder cannot take the call now (${where})`, { kind: 'retriable', ...retryAfter });
  }
  if (status < 400 || ENDPOINT.has(status)) {
    return new DocketError('DOCKET_FUNDER_ENDPOINT', `not an endpoint for this call (${where}): check baseUrl, competitionId and formId`, {
      kind: 'retriable',
    });
  }
  if (status === 422 && !blamesFields(answer.text)) {
    return new DocketError('DOCKET_FUNDER_CONFLICT', `the idempotency key was used for another body (${where})`, { kind: 'conflict' });
  }
  return new DocketError('DOCKET_FUNDER_REFUSED', `the funder refused the application (${where})`, { kind: 'invalid' });
}

/** An answer of success that is not of the protocol. The call may have taken effect. */
export function unreadableAnswer({ funder, step }: CallPlace, cause?: unknown): DocketError {
  return new DocketError('DOCKET_FUNDER_ANSWER', `the funder's answer is not of the protocol (${funder}, ${step})`, { kind: 'retriable', cause });
}

/** What a call without a whole answer means. `ended`: who ended it, where somebody did. */
export function connectionFailure(cause: unknown, { funder, step }: CallPlace, ended: 'deadline' | 'caller' | undefined): DocketError {
  if (isDocketError(cause)) return cause;
  const where = `(${funder}, ${step})`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (ended === 'caller') return new DocketError('DOCKET_FUNDER_STOPPED', `the call was stopped ${where}`, { kind: 'retriable', cause });
  if (ended === 'deadline' || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new DocketError('DOCKET_FUNDER_TIMEOUT', `no answer within the deadline ${where}`, { kind: 'retriable', cause });
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return unreadableAnswer({ funder, step }, cause);
  return new DocketError('DOCKET_FUNDER_UNAVAILABLE', `no connection to the funder ${where}`, { kind: 'retriable', cause });
}
