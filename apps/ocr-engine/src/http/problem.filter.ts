import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isDocketError } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import type { FastifyReply } from 'fastify';
import { problemOf } from './problem.js';

/** Answers every failure as application/problem+json, with Retry-After where trying again may help. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const problem = problemOf(error);
    const { status, code } = problem;
    if (status === 500) this.logger.error('request failed', { status, code, err: error });
    else this.logger.info('request refused', { status, code });

    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(status).header('content-type', 'application/problem+json').header('cache-control', 'no-store');
    if (isDocketError(error) && error.retriable) {
      void reply.header('retry-after', String(Math.ceil((error.retryAfterMs ?? 1_000) / 1_000)));
    }
    void reply.send(JSON.stringify(problem));
  }
}
