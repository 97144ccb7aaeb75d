import { createServer, type Server } from 'node:http';
import { DocketError } from '@docket/contracts';
import type { Health } from './health.js';
import type { Metrics } from './metrics.js';

/** Serves /metrics, /health/live and /health/ready, apart from a service's own HTTP interface. */
export class AdminServer {
  readonly #server: Server;

  constructor(metrics: Metrics, health: Health) {
    this.#server = createServer((request, response) => {
      const send = (status: number, type: string, body: string) => {
        response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
        response.end(body);
      };
      const report = (state: { ok: boolean; checks: Record<string, boolean> }) =>
        send(state.ok ? 200 : 503, 'application/json', JSON.stringify(state));
      if (request.method !== 'GET') return send(405, 'text/plain', 'GET only\n');
      switch (request.url) {
        case '/health/live':
          return report(health.live());
        case '/health/ready':
          return report(health.ready());
        case '/metrics':
          metrics.text().then(
            (text) => send(200, 'text/plain; version=0.0.4; charset=utf-8', text),
            () => send(500, 'text/plain', 'metrics cannot be read\n'),
          );
          return undefined;
        default:
          return send(404, 'text/plain', 'see /metrics, /health/live, /health/ready\n');
      }
    });
  }

  /** Throws DOCKET_PORT (critical) where the port cannot be had. */
  listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) =>
        reject(new DocketError('DOCKET_PORT', `port ${port} cannot be opened: set DOCKET_ADMIN_PORT to a free one`, { cause })),
      );
      this.#server.listen(port, host, resolve);
    });
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
