import type { Metrics } from '@docket/observability';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** Counts answers by the route as it is declared; a path would put ids into labels. */
export function countRequests(app: NestFastifyApplication, metrics: Metrics): void {
  app.getHttpAdapter().getInstance().addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.increment('http_requests_total', { method: request.method, route, status: String(reply.statusCode) });
    metrics.observe('http_request_duration_seconds', reply.elapsedTime / 1000, { route });
    done();
  });
}
