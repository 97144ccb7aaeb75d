import { HEADER, isDocketError, isTraceparent, isUuid, parseStrictJson, violation } from '@docket/contracts';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problem.js';

/** What the headers of a submission say. */
export interface RequestHeaders {
  /** As the caller gave it, or undefined: the digest stands in. */
  readonly idempotencyKey: string | undefined;
  readonly batchTraceId: string;
  readonly traceparent: string | undefined;
  readonly digest: string | undefined;
}

const KEY = /^[\x21-\x7e]{1,200}$/;

/** Strictly: a malformed header is refused, never ignored. */
export function readHeaders(headers: IncomingHttpHeaders): RequestHeaders {
  const idempotencyKey = single(headers['idempotency-key']);
  if (idempotencyKey !== undefined && !KEY.test(idempotencyKey)) {
    throw new Problem(400, 'DOCKET_IDEMPOTENCY_KEY', 'Bad Idempotency-Key', 'Idempotency-Key is 1 to 200 visible ASCII characters.');
  }
  const batch = single(headers[HEADER.batchTraceId]);
  if (batch !== undefined && !isUuid(batch)) {
    throw new Problem(400, 'DOCKET_RULE_AUD_TRACE_02', 'Bad batch trace id', 'docket-batch-trace-id is a lower-case UUID.', {
      violations: [violation('AUD-TRACE-02', '$', 'the batch trace id is no UUID', 'a lower-case UUID', 'string')],
    });
  }
  const traceparent = single(headers[HEADER.traceparent]);
  return {
    idempotencyKey,
    batchTraceId: batch ?? randomUUID(),
    traceparent: isTraceparent(traceparent) ? traceparent : undefined,
    digest: single(headers[HEADER.digest]),
  };
}

/** The body as strict JSON. Throws a 400 problem that does not quote it. */
export function readJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) {
    throw new Problem(400, 'DOCKET_POISON_EMPTY', 'Empty body', 'Send the payload as a JSON body.');
  }
  try {
    return parseStrictJson(body);
  } catch (error) {
    if (!isDocketError(error)) throw error;
    throw new Problem(400, error.code, 'Not strict JSON', `${error.message}.`);
  }
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
