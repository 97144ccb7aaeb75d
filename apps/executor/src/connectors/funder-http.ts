import type { Clock } from '@docket/contracts';
import type { Logger, Metrics } from '@docket/observability';
import { Pool, type Dispatcher } from 'undici';
import type { CredentialsProvider } from '../credentials/credentials.port.js';
import { authOf } from '../funders/credential-refs.js';
import type { Funder } from '../funders/funder-registry.schema.js';
import { FunderError } from './funder-error.js';
import { connectionFailure, type FunderAnswer } from './funder-failure.js';

/** Longest answer that is read, in bytes. */
const MAX_ANSWER = 262_144;

/** What a connector is made of, besides its funder. */
export interface ConnectorParts {
  readonly credentials: CredentialsProvider;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'increment' | 'observe'>;
  readonly log: Pick<Logger, 'error' | 'info'>;
}

export interface HttpCall {
  /** Name of the call, for messages. */
  readonly step: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Path and query on the funder's origin. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text, where the call has a body. */
  readonly body?: string;
  readonly signal: AbortSignal;
  /** From then on the call must not be sent; milliseconds since the epoch. */
  readonly sendBy?: number;
}

/** What undici passes on to the interceptor besides its own. */
type Watched = Dispatcher.DispatchOptions & { readonly onSending?: () => void; readonly signal?: AbortSignal };

/** HTTP to one funder: each call within the deadline, counted, its answer bounded and read to the end. */
export class FunderHttp {
  readonly #funder: Funder;
  readonly #parts: ConnectorParts;
  readonly #pool: Pool;
  readonly #dispatcher: Dispatcher;
  readonly #auth: ReturnType<typeof authOf>;
  #refused = false;

  constructor(funder: Funder, origin: string, parts: ConnectorParts) {
    const { maxConnections, deadlineMs } = funder;
    this.#funder = funder;
    this.#parts = parts;
    this.#auth = authOf(funder);
    this.#pool = new Pool(origin, {
      connections: maxConnections,
      // A kept connection may be closed by the funder just as a call goes out on it: harmless where a key or a look-up tells
      // what became of it. Where nothing does, each call has a connection of its own.
      pipelining: funder.repeat === 'none' ? 0 : 1,
      connect: { timeout: deadlineMs },
      headersTimeout: deadlineMs,
      bodyTimeout: deadlineMs,
      maxResponseSize: MAX_ANSWER,
    });
    this.#dispatcher = this.#pool.compose(tellWhenSending);
  }

  /** The funder's answer, whatever its status. Throws the FunderErrors of calls without one, and DOCKET_CREDENTIAL. */
  async call(call: HttpCall): Promise<FunderAnswer> {
    const key = this.#auth && this.#parts.credentials.read(this.#auth.key).reveal();
    const answer = await this.#counted(call, key);
    if (answer.status !== 401 || !this.#auth) return this.#noted(answer);
    const replaced = this.#parts.credentials.reread(this.#auth.key).reveal();
    return this.#noted(replaced === key ? answer : await this.#counted(call, replaced));
  }

  /** Resolves when calls under way have ended. */
  close(): Promise<void> {
    return this.#pool.close();
  }

  /** Refused credentials hold up each unit of the funder: it is said once. */
  #noted(answer: FunderAnswer): FunderAnswer {
    const { log } = this.#parts;
    const refused = answer.status === 401 || answer.status === 403;
    if (refused && !this.#refused) log.error('the funder does not accept our key: its grants wait', { funder: this.#funder.id, status: answer.status });
    if (!refused && this.#refused) log.info('the funder accepts our key again', { funder: this.#funder.id });
    this.#refused = refused;
    return answer;
  }

  async #counted(call: HttpCall, key: string | undefined): Promise<FunderAnswer> {
    const { clock, metrics } = this.#parts;
    const { id: funder } = this.#funder;
    const startedAt = clock.now();
    let outcome = 'failed';
    try {
      const answer = await this.#request(call, key);
      outcome = outcomeOf(answer.status);
      return answer;
    } finally {
      metrics.increment('funder_requests_total', { funder, outcome });
      metrics.observe('funder_request_duration_seconds', Math.max(0, clock.now() - startedAt) / 1000, { funder });
    }
  }

  async #request({ step, method, path, headers, body, signal, sendBy }: HttpCall, key: string | undefined): Promise<FunderAnswer> {
    const { id: funder, deadlineMs } = this.#funder;
    const { clock } = this.#parts;
    const deadline = new AbortController();
    const cancel = clock.schedule(deadlineMs, () => { deadline.abort(); });
    let sent = false;
    const options: Dispatcher.RequestOptions & Pick<Watched, 'onSending'> = {
      method,
      path,
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#auth && key !== undefined && { [this.#auth.header]: `${this.#auth.prefix}${key}` }),
        ...headers,
      },
      body: body ?? null,
      signal: AbortSignal.any([signal, deadline.signal]),
      onSending: () => {
        // The process may have stood still since the call was allowed.
        if (clock.now() >= (sendBy ?? Infinity)) {
          throw new FunderError('DOCKET_LEASE', `too late to call the funder (${funder}, ${step})`, 'none', { kind: 'throttled', retryAfterMs: 1_000 });
        }
        sent = true;
      },
    };
    try {
      const answer = await this.#dispatcher.request(options);
      return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
    } catch (cause) {
      const by = signal.aborted ? 'caller' : deadline.signal.aborted ? 'deadline' : undefined;
      throw connectionFailure(cause, { funder, step }, { by, sent });
    } finally {
      cancel();
    }
  }
}

/** Calls `onSending` of the options right before the request is written to a connection; what it throws keeps it unsent. */
const tellWhenSending: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options: Watched, handler) => {
  const start = handler.onRequestStart?.bind(handler);
  // The handler is of this request alone.
  handler.onRequestStart = (controller, context) => {
    // What was aborted in the queue is started only to be given up.
    if (options.signal?.aborted !== true) options.onSending?.();
    start?.(controller, context);
  };
  return dispatch(options, handler);
};

function outcomeOf(status: number): 'ok' | 'throttled' | 'refused' | 'failed' {
  if (status >= 200 && status < 300) return 'ok';
  if (status === 429) return 'throttled';
  return status >= 400 && status < 500 ? 'refused' : 'failed';
}
