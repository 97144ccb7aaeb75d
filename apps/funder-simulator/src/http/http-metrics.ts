import type { Metrics } from '@docket/observability';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Counts every answer by its route as declared, never by its path: paths hold identifiers. */
export function recordHttpMetrics(app: NestFastifyApplication, metrics: Metrics): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unmatched';
    metrics.increment('http_requests_total', { method: request.method, route, status: String(reply.statusCode) });
    metrics.observe('http_request_duration_seconds', reply.elapsedTime / 1000, { route });
    done();
  });
}
