import { isDocketError } from '@docket/contracts';
import type { Logger, Metrics } from '@docket/observability';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { isProblemCode } from './problem-catalogue.js';
import { Problem, sendProblem } from './problem.js';

/** Answers every error as application/problem+json and counts it; what is not ours says nothing of its cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly base: string, private readonly metrics: Metrics, private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    // A body that was too slow has had its answer already.
    if (reply.sent) return;
    const problem = toProblem(error);
    if (problem.code === 'DOCKET_INTERNAL') this.log.error('a request failed on our side', { err: error });
    if (problem.reason !== undefined) this.metrics.increment('intake_rejected_total', { reason: problem.reason });
    sendProblem(reply, problem, this.base);
  }
}

export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isDocketError(error) && isProblemCode(error.code)) return new Problem(error.code, `${error.message}.`);
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  switch (status) {
    case 404:
      return new Problem('DOCKET_NOT_FOUND', 'There is no such resource: /openapi.json lists those that there are.');
    case 413:
      return new Problem('DOCKET_BODY_TOO_LARGE');
    case 415:
      return new Problem('DOCKET_MEDIA_TYPE');
    default:
      return new Problem(status >= 400 && status < 500 ? 'DOCKET_BAD_REQUEST' : 'DOCKET_INTERNAL');
  }
}

/** Fastify's own errors (body limit, media type) carry a statusCode. */
function statusOf(error: unknown): number {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
}
