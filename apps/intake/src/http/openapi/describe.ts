import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { PROBLEMS, slugOf, type ProblemCode } from '../problem-catalogue.js';
import { ref, REQUEST_HEADERS, seconds, type Schema } from './schemas.js';

/** What every route can answer. */
export const ANY: readonly ProblemCode[] = ['DOCKET_BAD_REQUEST', 'DOCKET_URL_TOO_LONG', 'DOCKET_EXPECTATION', 'DOCKET_HEADERS_TOO_LARGE'];

/** What every route that takes submissions can answer before it has read the body. */
export const GUARDED: readonly ProblemCode[] = [
  ...ANY, 'DOCKET_UNAUTHENTICATED', 'DOCKET_FORBIDDEN', 'DOCKET_IDEMPOTENCY_KEY', 'DOCKET_RULE_AUD_TRACE_02', 'DOCKET_MEDIA_TYPE',
  'DOCKET_RULE_SEC_ENVELOPE', 'DOCKET_ISSUER', 'DOCKET_INTERNAL',
];

/** And while it reads and accepts one body. */
export const ACCEPTING: readonly ProblemCode[] = [
  ...GUARDED, 'DOCKET_POISON_JSON', 'DOCKET_POISON_UTF8', 'DOCKET_POISON_EMPTY', 'DOCKET_REQUEST_TIMEOUT', 'DOCKET_IDEMPOTENCY_IN_FLIGHT', 'DOCKET_BODY_TOO_LARGE',
  'DOCKET_IDEMPOTENCY_REUSED', 'DOCKET_RATE_LIMIT', 'DOCKET_ADMISSION', 'DOCKET_UNAVAILABLE',
];

const RETRY: ReadonlySet<number> = new Set([409, 429, 503]);

/** One answer for each status of the problems, with the codes that it can have. */
export function Problems(codes: readonly ProblemCode[]): MethodDecorator {
  const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
  return applyDecorators(...[...byStatus].map(([status, of]) => answer({
    status,
    description: of.map((code) => `\`${code}\`: ${PROBLEMS[code].text}`).join('\n\n'),
    headers: {
      ...(RETRY.has(status) && { 'Retry-After': header(seconds) }),
      ...(status === 401 && { 'WWW-Authenticate': header({ type: 'string' }) }),
    },
    content: { 'application/problem+json': { schema: { allOf: [ref('Problem'), { properties: { status: { const: status }, code: { enum: of } } }] }, examples: examples(of) } },
  })));
}

/** An answer with its headers, all of which are always there unless said otherwise. */
export function answer(given: { status: number; description: string; headers?: Readonly<Record<string, object>>; content: Readonly<Record<string, object>> }): MethodDecorator {
  return ApiResponse(given);
}

export function header(schema: Schema, required = true): object {
  return { schema, required };
}

export function SubmissionHeaders(...names: readonly (keyof typeof REQUEST_HEADERS)[]): MethodDecorator {
  return applyDecorators(...names.map((name) => ApiHeader(REQUEST_HEADERS[name] as Parameters<typeof ApiHeader>[0])));
}

function examples(codes: readonly ProblemCode[]): object {
  return Object.fromEntries(codes.map((code) => {
    const { status, title, text } = PROBLEMS[code];
    const more = { ...(code === 'DOCKET_ADMISSION' && { reason: 'shedding' }), ...(RETRY.has(status) && { retryAfterSeconds: 5 }) };
    return [slugOf(code), { value: { type: `/problems/${slugOf(code)}`, title, status, detail: text, code, ...more } }];
  }));
}
