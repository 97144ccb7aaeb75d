import type { DocketCode } from '@docket/contracts';

/** `reason` of intake_rejected_total; undefined where nothing was refused that could have been a submission. */
type Reason =
  | 'invalid' | 'too_large' | 'media_type' | 'unauthenticated' | 'forbidden' | 'rate_limited' | 'idempotency' | 'unavailable';

export interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly reason?: Reason;
  /** For people; docs/problems.md says the same, a spec sees to it. */
  readonly text: string;
}

/** Every problem that the front door answers with. */
export const PROBLEMS = {
  DOCKET_POISON_JSON: {
    status: 400, title: 'Not strict JSON', reason: 'invalid',
    text: 'The body is not strict JSON: syntax, duplicate keys, a number that cannot be held exactly, a lone surrogate, a reserved key, or nesting deeper than 32.',
  },
  DOCKET_POISON_UTF8: { status: 400, title: 'Not UTF-8', reason: 'invalid', text: 'The body is not valid UTF-8.' },
  DOCKET_POISON_EMPTY: { status: 400, title: 'Empty body', reason: 'invalid', text: 'There is no body.' },
  DOCKET_NOT_AN_OBJECT: { status: 400, title: 'Not an object', reason: 'invalid', text: 'A submission is one JSON object.' },
  DOCKET_BATCH: {
    status: 400, title: 'Not a batch', reason: 'invalid',
    text: 'A batch is a JSON list, or NDJSON, of 1 to 1,000 manifests, each an object. Nothing of a refused batch was accepted.',
  },
  DOCKET_IDEMPOTENCY_KEY: {
    status: 400, title: 'Bad Idempotency-Key', reason: 'idempotency',
    text: '`Idempotency-Key` is 1 to 200 visible ASCII characters, bare or as a quoted string (RFC 8941). Without it the digest of the payload stands in.',
  },
  DOCKET_RULE_AUD_TRACE_02: { status: 400, title: 'Bad batch trace id', reason: 'invalid', text: '`docket-batch-trace-id` is a lower-case UUID.' },
  DOCKET_BAD_REQUEST: { status: 400, title: 'Bad request', reason: 'invalid', text: 'The request cannot be read, or a parameter has not its form.' },
  DOCKET_UNAUTHENTICATED: {
    status: 401, title: 'Not authenticated', reason: 'unauthenticated',
    text: 'Send an API key (`Authorization: Bearer dk_...` or `X-API-Key`) or a token of an issuer that is trusted here. Which of its parts is wrong is not told.',
  },
  DOCKET_FORBIDDEN: { status: 403, title: 'Forbidden', reason: 'forbidden', text: 'The credential is good, but not for this pipeline.' },
  DOCKET_NOT_FOUND: { status: 404, title: 'Not found', text: 'There is no such resource.' },
  DOCKET_METHOD: { status: 405, title: 'Method not allowed', text: 'The resource exists and does not take this method; `Allow` names those that it takes.' },
  DOCKET_REQUEST_TIMEOUT: {
    status: 408, title: 'Request too slow', reason: 'invalid',
    text: 'The request did not arrive in time: a body within 30 seconds, of a stream something every minute and the whole within an hour. Lines of a stream that were answered stand.',
  },
  DOCKET_IDEMPOTENCY_IN_FLIGHT: {
    status: 409, title: 'In flight', reason: 'idempotency',
    text: 'The same submission is being accepted right now. Repeat it after `Retry-After`: the answer is then that of the first.',
  },
  DOCKET_BODY_TOO_LARGE: { status: 413, title: 'Too large', reason: 'too_large', text: 'A body, and a line of a stream, has at most 256 KiB; documents travel by reference.' },
  DOCKET_URL_TOO_LONG: { status: 414, title: 'URL too long', text: 'A URL has at most 2,048 characters.' },
  DOCKET_MEDIA_TYPE: {
    status: 415, title: 'Unsupported media type', reason: 'media_type',
    text: 'Send `application/json`; `application/x-ndjson` is for a stream of submissions and for a batch of records. Bodies are not compressed.',
  },
  DOCKET_RULE_SEC_ENVELOPE: {
    status: 415, title: 'Raw spreadsheet', reason: 'media_type',
    text: 'Raw spreadsheets are not taken: send the workbook to `excel-budget-template-sync` and its envelope here.',
  },
  DOCKET_EXPECTATION: { status: 417, title: 'Unknown expectation', reason: 'invalid', text: 'Of `Expect` only `100-continue` is known here.' },
  DOCKET_RULE_SEC_HASH_01: {
    status: 422, title: 'Digest mismatch', reason: 'invalid', text: '`docket-digest` was given and is not the SHA-256 of the RFC 8785 form of the body.',
  },
  DOCKET_IDEMPOTENCY_REUSED: {
    status: 422, title: 'Key used for another payload', reason: 'idempotency',
    text: 'This `Idempotency-Key` stands for another payload already. Take a new key for a new submission.',
  },
  DOCKET_RATE_LIMIT: { status: 429, title: 'Too many requests', reason: 'rate_limited', text: 'The tenant sends faster than was agreed. Come again after `Retry-After`.' },
  DOCKET_HEADERS_TOO_LARGE: { status: 431, title: 'Headers too large', reason: 'invalid', text: 'Headers have at most 16 KiB and are at most 100.' },
  DOCKET_INTERNAL: { status: 500, title: 'Internal error', text: 'Our fault. The request may be repeated with the same `Idempotency-Key`.' },
  DOCKET_ADMISSION: {
    status: 503, title: 'Not let in', text: 'The stages behind the front door have more work than they can bear for now. Come again after `Retry-After`, with the same `Idempotency-Key`.',
  },
  DOCKET_ISSUER: { status: 503, title: 'Issuer not reached', reason: 'unavailable', text: "The keys of the token's issuer cannot be fetched. Come again after `Retry-After`." },
  DOCKET_UNAVAILABLE: {
    status: 503, title: 'Not accepted', reason: 'unavailable',
    text: 'The broker did not acknowledge in time, or the door closes, or a stream ended before a line had its turn. Repeat the request after `Retry-After` with the same `Idempotency-Key`: it is recognised as the same unit.',
  },
} as const satisfies Readonly<Record<DocketCode, ProblemKind>>;

export type ProblemCode = keyof typeof PROBLEMS;

/** Last part of a problem's type and of its place in the documentation. */
export function slugOf(code: string): string {
  return code.slice('DOCKET_'.length).toLowerCase().replaceAll('_', '-');
}

const bySlug = new Map<string, ProblemKind>(Object.entries(PROBLEMS).map(([code, kind]) => [slugOf(code), kind]));

export function problemOfSlug(slug: string): ProblemKind | undefined {
  return bySlug.get(slug);
}

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(PROBLEMS, code);
}
