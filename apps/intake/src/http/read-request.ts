import { HEADER, isTraceparent, isUuid, parseStrictJson, violation } from '@docket/contracts';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './problem.js';

/** What the headers of a submission say. */
export interface RequestHeaders {
  /** As the caller gave it, without quotes, or undefined: the digest stands in. */
  readonly idempotencyKey: string | undefined;
  readonly batchTraceId: string;
  readonly traceparent: string | undefined;
  readonly digest: string | undefined;
}

const KEY = /^[\x21-\x7e]{1,200}$/;
/** A String of RFC 8941: only the quote and the backslash are escaped, each by a backslash. */
const QUOTED = /^"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;

/** Strictly: a malformed header is refused, never ignored. */
export function readHeaders(headers: IncomingHttpHeaders): RequestHeaders {
  const batch = single(headers[HEADER.batchTraceId]);
  if (batch !== undefined && !isUuid(batch)) {
    throw new Problem('DOCKET_RULE_AUD_TRACE_02', undefined, {
      violations: [violation('AUD-TRACE-02', '$', 'the batch trace id is no UUID', 'a lower-case UUID', 'string')],
    });
  }
  const traceparent = single(headers[HEADER.traceparent]);
  return {
    idempotencyKey: readKey(single(headers['idempotency-key'])),
    batchTraceId: batch ?? randomUUID(),
    traceparent: isTraceparent(traceparent) ? traceparent : undefined,
    digest: single(headers[HEADER.digest]),
  };
}

/** `"k"` and `k` are the same key: the draft asks for the quoted form, and many clients send the bare one. */
function readKey(given: string | undefined): string | undefined {
  if (given === undefined) return undefined;
  const key = given.startsWith('"') ? QUOTED.exec(given)?.[1]?.replaceAll(/\\(.)/g, '$1') : given;
  if (key === undefined || !KEY.test(key)) throw new Problem('DOCKET_IDEMPOTENCY_KEY');
  return key;
}

/** The body as strict JSON. Throws poison that does not quote it. */
export function readJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new Problem('DOCKET_POISON_EMPTY', 'Send the payload as a JSON body.');
  return parseStrictJson(body);
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(',') : value;
}
