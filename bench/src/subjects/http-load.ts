import autocannon from 'autocannon';
import { grantBodies } from '../intake/grant-bodies.js';
import type { LoadSettings } from '../intake/load-result.js';

/** The load, in a process of its own: so many requests on so many connections, each with a key of its own; then one line of JSON. */
const { url, apiKey, connections, warmUp, requests } = JSON.parse(process.argv[2] ?? '') as LoadSettings;
const bodies = grantBodies();
let sent = 0;

let firstAt = 0;
let lastAt = 0;

/** autocannon's own duration is in whole seconds: from the first request to the last answer is told exactly. */
function load(amount: number): Promise<autocannon.Result> {
  return new Promise((resolve, reject) => {
    firstAt = 0;
    const running = autocannon({
      url, connections, amount, timeout: 60,
      requests: [{
        method: 'POST', path: '/v1/grants/submissions',
        setupRequest: (request) => {
          firstAt ||= performance.now();
          const number = sent++;
          const headers = { 'content-type': 'application/json', authorization: `Bearer ${apiKey}`, 'idempotency-key': `bench-${number}` };
          return { ...request, headers, body: bodies[number % bodies.length] };
        },
      }],
    }, (error: unknown, result) => (error instanceof Error ? reject(error) : resolve(result)));
    running.on('response', () => (lastAt = performance.now()));
  });
}

await load(warmUp);
process.stdout.write('warm\n');
const result = await load(requests);
const seconds = (lastAt - firstAt) / 1_000;
process.stdout.write(`${JSON.stringify({ seconds, accepted: result['2xx'], other: result.non2xx, errors: result.errors, p50: result.latency.p50, p99: result.latency.p99 })}\n`);
process.exit(0);
