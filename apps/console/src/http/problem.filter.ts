import { isDocketError } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemPage } from '../page/problem.page.js';
import { Problem } from './problem.js';

/** Answers every failure: the API with problem+json, the pages with a page. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.#problemOf(error));
  }

  #problemOf(error: unknown): Problem {
    if (error instanceof Problem) return error;
    const status = statusOf(error);
    if (status === 404) return new Problem(404, 'DOCKET_NOT_FOUND', 'Not found', 'there is no such page or resource: the API is described in the README of the console');
    if (status !== undefined && status < 500) return new Problem(status, 'DOCKET_REQUEST', 'Bad request', 'the request cannot be taken: only GET without a body is answered');
    this.log.error('a request failed', { err: error });
    if (isDocketError(error) && error.retriable) return new Problem(503, error.code, 'Not available now', 'the database is out of reach: try again later');
    return new Problem(500, 'DOCKET_INTERNAL', 'Internal error', 'the console failed: see its log');
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, { body }: Problem): void {
  reply.status(body.status);
  if (body.status === 503) reply.header('retry-after', '5');
  if (request.url.startsWith('/api/')) {
    reply.type('application/problem+json').send(JSON.stringify(body));
  } else {
    reply.type('text/html; charset=utf-8').send(problemPage(body));
  }
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}
