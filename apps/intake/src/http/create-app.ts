import type { NestLogger } from '@docket/observability';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { IntakeRuntime } from '../tokens.js';
import { Problem, ProblemFilter } from './problem.js';

/** Turned away by name, so that the sender learns where a workbook belongs. */
const SPREADSHEETS = [
  'text/csv', 'application/vnd.ms-excel', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'application/vnd.oasis.opendocument.spreadsheet',
];

/** The front door: bodies stay bytes until a handler reads them strictly; spreadsheets are turned away by name. */
export async function createHttpApp(module: DynamicModule, runtime: IntakeRuntime, logger: NestLogger): Promise<NestFastifyApplication> {
  const { settings, metrics } = runtime.context;
  const adapter = new FastifyAdapter({ bodyLimit: settings.maxBodyBytes, requestTimeout: 30_000 });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger, bodyParser: false });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(['application/json', 'application/x-ndjson'], { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  fastify.addContentTypeParser(SPREADSHEETS, (_request, _payload, done) =>
    done(new Problem(415, 'DOCKET_RULE_SEC_ENVELOPE', 'Raw spreadsheet', 'Send the workbook to excel-budget-template-sync and its envelope here.')),
  );
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.increment('http_requests_total', { method: request.method, route, status: String(reply.statusCode) });
    metrics.observe('http_request_duration_seconds', reply.elapsedTime / 1000, { route });
    const reason = { 400: 'invalid', 413: 'too_large', 415: 'media_type', 422: 'invalid' }[reply.statusCode];
    if (reason) metrics.increment('intake_rejected_total', { reason });
    done();
  });
  app.useGlobalFilters(new ProblemFilter());
  return app;
}
