import { get } from 'node:http';

export interface Readiness {
  readonly ready: boolean;
  /** What a service that answers is still waiting for; empty where nothing answers. */
  readonly waitingFor: readonly string[];
}

const NO_ANSWER: Readiness = { ready: false, waitingFor: [] };

/** Asks the admin server of a service on this machine. Never rejects: no answer, or a strange one, is not ready. */
export function probeReadiness(adminPort: number): Promise<Readiness> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port: adminPort, path: '/health/ready', agent: false, timeout: 2_000 }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => (body += part));
      response.on('end', () => resolve({ ready: response.statusCode === 200, waitingFor: failingChecks(body) }));
      response.on('error', () => resolve(NO_ANSWER));
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(NO_ANSWER));
  });
}

/** Names of the checks that are false in `{ checks: { name: boolean } }`. */
function failingChecks(body: string): readonly string[] {
  try {
    const report: unknown = JSON.parse(body);
    const checks = typeof report === 'object' && report !== null && 'checks' in report ? report.checks : undefined;
    if (typeof checks !== 'object' || checks === null) return [];
    return Object.entries(checks).filter(([, ok]) => ok === false).map(([name]) => name);
  } catch {
    return [];
  }
}
