import type { DocketCode, Violation } from '@docket/contracts';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** An RFC 9457 problem. `type` is a URN whose last part is a heading of docs/problems.md. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: DocketCode,
    readonly title: string,
    readonly detail: string,
    readonly more: { readonly violations?: readonly Violation[]; readonly retryAfterSeconds?: number } = {},
  ) {
    super(title);
  }
}

/** Answers every error as application/problem+json; what is not ours says nothing of its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const problem = toProblem(error);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (problem.more.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.more.retryAfterSeconds));
    void reply
      .status(problem.status)
      .header('content-type', 'application/problem+json')
      .send({
        type: `urn:docket:problem:${problem.code.slice('DOCKET_'.length).toLowerCase().replaceAll('_', '-')}`,
        title: problem.title,
        status: problem.status,
        detail: problem.detail,
        code: problem.code,
        ...(problem.more.violations && { violations: problem.more.violations }),
      });
  }
}

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  switch (status) {
    case 404:
      return new Problem(404, 'DOCKET_NOT_FOUND', 'Not found', 'There is no such resource: see POST /v1/grants/submissions and POST /v1/records/batches.');
    case 413:
      return new Problem(413, 'DOCKET_BODY_TOO_LARGE', 'Body too large', 'Send at most 256 KiB a request; documents travel by reference.');
    case 415:
      return new Problem(415, 'DOCKET_MEDIA_TYPE', 'Unsupported media type', 'Send application/json, or application/x-ndjson for a batch of records.');
    default:
      return status >= 400 && status < 500
        ? new Problem(status, 'DOCKET_BAD_REQUEST', 'Bad request', 'The request cannot be read.')
        : new Problem(500, 'DOCKET_INTERNAL', 'Internal error', 'The request failed on our side and may be repeated.');
  }
}

/** Fastify's own errors (body limit, media type) carry a statusCode. */
function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
