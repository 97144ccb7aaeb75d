import type { NestLogger } from '@docket/observability';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { AllowedMethods } from './allowed-methods.js';
import { limitBodyTime } from './body-deadline.js';
import type { FrontDoor } from './front-door.js';
import { checkForm, guardRequests, ROUTE } from './guard-request.hook.js';
import { serveOpenApi } from './openapi/serve-openapi.js';
import { Problem, sendProblem } from './problem.js';
import { ProblemFilter, toProblem } from './problem.filter.js';
import { readBody } from './read-body.js';
import { refuseBrokenRequest } from './refuse-broken-request.js';
import { Connections } from './unread-body.js';

/** Turned away by name, so that the sender learns where a workbook belongs. */
const SPREADSHEETS = [
  'text/csv', 'application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.oasis.opendocument.spreadsheet',
];

/** The front door: bodies stay bytes until a handler reads them strictly; spreadsheets are turned away by name. */
export async function createHttpApp(module: DynamicModule, door: FrontDoor, logger: NestLogger): Promise<NestFastifyApplication> {
  const { settings, metrics, clock, logger: log } = door.runtime.context;
  const base = settings.problemBaseUrl;
  const refuse = refuseBrokenRequest(base);
  const connections = new Connections({ clock, maxRest: settings.maxBodyBytes, closing: door.closing.signal });
  const adapter = new FastifyAdapter({
    bodyLimit: settings.maxBodyBytes,
    routerOptions: { maxParamLength: 100 },
    // Without a Host, Node would answer by itself, and not with a problem.
    http: { maxHeaderSize: 16 * 1024, headersTimeout: 15_000, connectionsCheckingInterval: 5_000, requireHostHeader: false },
    // A stream may take long; body-deadline.ts limits the others. A connection on which nothing moves ends by the second.
    requestTimeout: 0,
    connectionTimeout: 2 * settings.streamIdleMs,
    keepAliveTimeout: 65_000,
    // It is plain JSON, not a problem, and what is answered while the door closes is as good as before.
    return503OnClosing: false,
    clientErrorHandler: refuse,
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      const problem = unroutable(error, request);
      if (problem.reason !== undefined) metrics.increment('intake_rejected_total', { reason: problem.reason });
      connections.announce(request, reply);
      sendProblem(reply, problem, base);
    },
  });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger, bodyParser: false });
  const fastify = app.getHttpAdapter().getInstance();
  // One more than is taken: Node leaves out what is above without a word.
  fastify.server.maxHeadersCount = 102;
  fastify.server.maxConnections = settings.maxConnections;
  // The guard refuses it, as any other request that has not its form.
  fastify.server.on('checkExpectation', (request, response) => fastify.server.emit('request', request, response));
  fastify.server.on('connect', (_request, socket: Socket) => refuse(new Error('no tunnels here'), socket));
  connections.watch(fastify);
  fastify.decorateRequest('sender', undefined);
  const methods = new AllowedMethods();
  fastify.addHook('onRoute', ({ url, method }) => methods.add(url, method));
  fastify.addHook('onRequest', guardRequests(door, methods));
  fastify.addHook('preClose', (done) => {
    door.closing.abort();
    done();
  });
  limitBodyTime(fastify, clock, base);
  readBodies(fastify, settings.maxBodyBytes);
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.increment('http_requests_total', { method: request.method, route, status: String(reply.statusCode) });
    metrics.observe('http_request_duration_seconds', reply.elapsedTime / 1000, { route });
    // Kept alive, the connection would hold the door open for a minute.
    if (door.closing.signal.aborted) request.raw.socket.end();
    done();
  });
  serveOpenApi(app, fastify, settings.httpAuth === 'required');
  app.useGlobalFilters(new ProblemFilter(base, metrics, log));
  return app;
}

/** Why a request cannot be given to any route. */
function unroutable({ code }: FastifyError, request: FastifyRequest): Problem {
  try {
    checkForm(request);
  } catch (error) {
    return toProblem(error);
  }
  if (code === 'FST_ERR_MAX_PARAM_LENGTH') return new Problem('DOCKET_NOT_FOUND');
  return new Problem('DOCKET_BAD_REQUEST', 'The URL cannot be read: mend its percent-encoding.');
}

function readBodies(fastify: FastifyInstance, max: number): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  fastify.addContentTypeParser('application/x-ndjson', async (request: FastifyRequest, payload: IncomingMessage) => {
    switch (request.routeOptions.url) {
      case ROUTE.stream:
        return payload;
      case ROUTE.batches:
        return readBody(payload, max);
      default:
        throw new Problem('DOCKET_MEDIA_TYPE', `One submission is application/json; a stream of them goes to ${ROUTE.stream}.`);
    }
  });
  fastify.addContentTypeParser(SPREADSHEETS, (_request, _payload, done) => done(new Problem('DOCKET_RULE_SEC_ENVELOPE')));
}
