import { NestLogger, type Logger, type Metrics } from '@docket/observability';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { countRequests } from './http-metrics.js';
import { isLoopback } from './loopback.js';
import { badRequest, Problem } from './problem.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { SECURITY_HEADERS } from './security-headers.js';

export interface AppOptions {
  /** Refuse requests that were meant for another name: a page elsewhere may let its own name point to this machine. */
  readonly loopbackOnly: boolean;
}

/** An id of 200 characters, each of four bytes, percent-encoded. */
const MAX_PARAM = 200 * 4 * 3;

/** The HTTP interface, not yet listening. */
export async function createApp(module: DynamicModule, log: Logger, metrics: Metrics, { loopbackOnly }: AppOptions): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    bodyLimit: 1024,
    routerOptions: { maxParamLength: MAX_PARAM },
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.headers(SECURITY_HEADERS);
      sendProblem(request, reply, badRequest('the address is not well formed'));
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: new NestLogger(log), abortOnError: false });
  adapter.getInstance().addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS);
    if (loopbackOnly && !isLoopback(request.hostname)) {
      sendProblem(request, reply, new Problem(421, 'DOCKET_HOST', 'Misdirected request', 'ask for localhost, 127.0.0.1 or [::1]'));
    } else {
      done();
    }
  });
  app.useGlobalFilters(new ProblemFilter(log));
  countRequests(app, metrics);
  return app;
}
