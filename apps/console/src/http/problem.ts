import type { DocketCode } from '@docket/contracts';

/** Body of every failure of the API (RFC 9457). */
export interface ProblemBody {
  /** `urn:docket:problem:` and the code in lower case. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What to do about it. Never repeats what was sent. */
  readonly detail: string;
  readonly code: DocketCode;
}

/** Thrown by whatever answers a request and cannot do so. */
export class Problem extends Error {
  readonly body: ProblemBody;

  constructor(status: number, code: DocketCode, title: string, detail: string) {
    super(title);
    this.name = 'Problem';
    const type = `urn:docket:problem:${code.slice('DOCKET_'.length).toLowerCase().replaceAll('_', '-')}`;
    this.body = { type, title, status, detail, code };
  }
}

export function unknown(what: string): Problem {
  return new Problem(404, 'DOCKET_NOT_FOUND', 'Not found', `there is no ${what} of this id, or it has not been heard of yet: compare asOf of /api/v1/overview`);
}

export function badRequest(detail: string): Problem {
  return new Problem(400, 'DOCKET_REQUEST', 'Bad request', detail);
}
