import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { isDocketError, type DocketCode } from '@docket/contracts';

/** Body of an error answer (RFC 9457). `type` is left out and so means about:blank: `code` tells problems apart. */
export interface Problem {
  readonly title: string;
  readonly status: number;
  readonly code: DocketCode;
  readonly detail: string;
}

const STATUS: Readonly<Record<string, number>> = {
  DOCKET_OCR_QUERY: 400,
  DOCKET_BODY_EMPTY: 400,
  DOCKET_DOCUMENT_ENCRYPTED: 422,
  DOCKET_DOCUMENT_CORRUPT: 422,
  DOCKET_DOCUMENT_TOO_LARGE: 422,
  DOCKET_PAGE_MISSING: 422,
  DOCKET_MEDIA_TYPE: 415,
  DOCKET_OCR_BUSY: 429,
  DOCKET_OCR_CLIENT_GONE: 499,
  DOCKET_OCR_WORKER: 503,
  DOCKET_OCR_CLOSED: 503,
  DOCKET_OCR_TIMEOUT: 504,
};

/** Refusals by the HTTP layer itself, which come without a code of ours. */
const REFUSALS: Readonly<Record<number, readonly [DocketCode, string]>> = {
  404: ['DOCKET_NOT_FOUND', 'there is only POST /v1/ocr'],
  413: ['DOCKET_BODY_TOO_LARGE', 'the document is larger than DOCKET_MAX_BODY_BYTES'],
  415: ['DOCKET_MEDIA_TYPE', 'send the document as application/pdf, image/png or image/jpeg'],
};

export function problemOf(error: unknown): Problem {
  if (isDocketError(error)) {
    const status = STATUS[error.code];
    if (status !== undefined) return problem(status, error.code, error.message);
  }
  if (error instanceof HttpException && error.getStatus() < 500) {
    const [code, detail] = REFUSALS[error.getStatus()] ?? ['DOCKET_BAD_REQUEST', 'the request cannot be understood'];
    return problem(error.getStatus(), code, detail);
  }
  if (error instanceof Error && 'code' in error && error.code === 'ECONNRESET') {
    return problem(499, 'DOCKET_OCR_CLIENT_GONE', 'the client went away');
  }
  return problem(500, 'DOCKET_INTERNAL', 'an unexpected failure; the log of the OCR engine says more');
}

function problem(status: number, code: DocketCode, detail: string): Problem {
  return { title: STATUS_CODES[status] ?? 'Client Closed Request', status, code, detail };
}
