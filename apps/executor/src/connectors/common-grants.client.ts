import type { Clock } from '@docket/contracts';
import type { Metrics } from '@docket/observability';
import { Pool } from 'undici';
import type { Funder } from '../funders/load-funder-registry.js';
import { connectionFailure, failureOf, type FunderAnswer } from './funder-failure.js';

/** Longest answer that is read, in bytes. */
const MAX_ANSWER = 262_144;

export interface ClientOptions {
  readonly funder: Funder;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'increment' | 'observe'>;
}

export interface ClientCall {
  readonly step: 'start' | 'form' | 'submit';
  readonly method: 'POST' | 'PUT';
  /** Below `/common-grants/applications/`. */
  readonly path: string;
  /** JSON text, where the call has a body. */
  readonly body?: string;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** HTTP to one funder: each call within the deadline, counted, its answer bounded and read to the end. */
export class CommonGrantsClient {
  readonly #options: ClientOptions;
  readonly #pool: Pool;
  readonly #prefix: string;

  constructor(options: ClientOptions) {
    const { baseUrl, maxConnections, deadlineMs } = options.funder;
    const url = new URL(baseUrl);
    this.#options = options;
    this.#prefix = `${url.pathname.replace(/\/+$/, '')}/common-grants/applications/`;
    this.#pool = new Pool(url.origin, {
      connections: maxConnections,
      pipelining: 1,
      connect: { timeout: deadlineMs },
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
      maxResponseSize: MAX_ANSWER,
    });
  }

  /** An answer of success. Throws the DocketErrors of FunderConnector.submit. */
  async call(call: ClientCall): Promise<FunderAnswer> {
    const { funder, clock, metrics } = this.#options;
    const startedAt = clock.now();
    let outcome = 'failed';
    try {
      const answer = await this.#request(call);
      outcome = outcomeOf(answer.status);
      if (outcome !== 'ok') throw failureOf(answer, { funder: funder.id, step: call.step }, clock.now());
      return answer;
    } finally {
      metrics.increment('funder_requests_total', { funder: funder.id, outcome });
      metrics.observe('funder_request_duration_seconds', Math.max(0, clock.now() - startedAt) / 1000, { funder: funder.id });
    }
  }

  /** Resolves when calls under way have ended. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  async #request(call: ClientCall): Promise<FunderAnswer> {
    const { funder, clock } = this.#options;
    const deadline = new AbortController();
    const cancel = clock.schedule(funder.deadlineMs, () => { deadline.abort(); });
    try {
      const { statusCode, headers, body } = await this.#pool.request({
        method: call.method,
        path: `${this.#prefix}${call.path}`,
        headers: {
          'x-api-key': funder.apiKey.reveal(),
          'idempotency-key': call.idempotencyKey,
          accept: 'application/json',
          ...(call.body !== undefined && { 'content-type': 'application/json' }),
        },
        body: call.body ?? null,
        signal: AbortSignal.any([call.signal, deadline.signal]),
      });
      return { status: statusCode, headers, text: await body.text() };
    } catch (cause) {
      const ended = call.signal.aborted ? 'caller' : deadline.signal.aborted ? 'deadline' : undefined;
      throw connectionFailure(cause, { funder: funder.id, step: call.step }, ended);
    } finally {
      cancel();
    }
  }
}

function outcomeOf(status: number): 'ok' | 'throttled' | 'refused' | 'failed' {
  if (status === 200 || status === 201) return 'ok';
  if (status === 429) return 'throttled';
  return status >= 400 && status < 500 ? 'refused' : 'failed';
}
