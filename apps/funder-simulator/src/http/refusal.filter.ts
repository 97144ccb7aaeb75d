import { isDocketError } from '@docket/contracts';
import type { Logger } from '@docket/observability';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Disconnection, Refusal } from '../refusal.js';
import { cutConnection } from './cut-connection.js';

/** Gives every failure the CommonGrants error body: `{ status, message, errors }`; a Disconnection gets no answer at all. */
@Catch()
export class RefusalFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (error instanceof Disconnection) return cutConnection(reply, 'reset');
    const refusal = asRefusal(error);
    if (!refusal) this.logger.error('call failed', { err: error });
    const { status, message, errors, headers } = refusal ?? new Refusal(500, 'the simulator failed: see its log');
    reply.status(status).headers(headers).send({ status, message, errors });
  }
}

function asRefusal(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (isDocketError(error) && error.kind === 'poison') return new Refusal(400, error.message);
  const status = statusOf(error);
  if (status === undefined || status < 400 || status > 499) return undefined;
  return new Refusal(status, MESSAGES[status] ?? 'the call cannot be taken');
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

const MESSAGES: Readonly<Record<number, string>> = {
  404: 'no such route: see the README',
  413: 'the body is over 1 MiB',
  415: 'the body must be application/json',
};
