import { isDocketError } from '@docket/contracts';
import type { CommonGrantsFunder } from '../funders/funder-registry.schema.js';
import { applicationBodies } from './common-grants.bodies.js';
import { blamesFields, readSaved, readStarted, readSubmitted } from './common-grants.answers.js';
import type { FunderConnector, Receipt, SubmitRequest } from './connector.port.js';
import { failureOf, unreadableAnswer, type FunderAnswer } from './funder-failure.js';
import { FunderHttp, type ConnectorParts, type HttpCall } from './funder-http.js';
import { parseGrant } from './grant-payload.schema.js';
import { pause } from './pause.js';

/** Wait after a 429 that does not say how long, and the shortest one. */
const DEFAULT_WAIT_MS = 1000;
const MIN_WAIT_MS = 100;

/** One call; its path stands below `/common-grants/applications/`. */
interface StepCall extends Omit<HttpCall, 'headers'> {
  readonly step: 'start' | 'form' | 'submit';
  readonly reference: string;
}

/**
 * Submits over CommonGrants 0.4.0: start an application, give its form, submit it. Where the funder takes idempotency
 * keys each step has its own, `<reference>.<step>`, so a submission that was cut short is taken up again from its
 * beginning and the funder repeats its answers up to where it was cut. Else each try starts an application anew; what is
 * started and not submitted has no effect.
 *
 * A 429 after the start is waited out here, within one deadline a step: an application started over would spend the
 * funder's allowance on repeats, and under a tight limit never reach its submit. All else is the stage's to retry.
 */
export class CommonGrantsConnector implements FunderConnector {
  readonly capabilities;
  readonly #funder: CommonGrantsFunder;
  readonly #parts: ConnectorParts;
  readonly #http: FunderHttp;
  readonly #prefix: string;

  constructor(funder: CommonGrantsFunder, parts: ConnectorParts) {
    const { origin, pathname } = new URL(funder.baseUrl);
    this.capabilities = { repeat: funder.repeat };
    this.#funder = funder;
    this.#parts = parts;
    this.#http = new FunderHttp(funder, origin, parts);
    this.#prefix = `${pathname.replace(/\/+$/, '')}/common-grants/applications/`;
  }

  async submit({ unit, reference, signal, commence }: SubmitRequest): Promise<Receipt> {
    const { id: funder, competitionId, formId, repeat } = this.#funder;
    const bodies = applicationBodies(parseGrant(unit), competitionId);
    const of = { reference, signal };

    const started = await this.#call({ ...of, step: 'start', method: 'POST', path: 'start', body: bodies.start });
    const applicationId = readStarted(started.text);
    if (applicationId === undefined) throw unreadableAnswer({ funder, step: 'start' });

    const path = encodeURIComponent(applicationId);
    const saved = await this.#patiently({ ...of, step: 'form', method: 'PUT', path: `${path}/forms/${formId}`, body: bodies.form });
    if (!readSaved(saved.text)) throw unreadableAnswer({ funder, step: 'form' });

    const last: StepCall = { ...of, step: 'submit', method: 'PUT', path: `${path}/submit`, sendBy: await commence() };
    // Without a key each call that takes effect is announced by itself.
    const submitted = await (repeat === 'none' ? this.#call(last) : this.#patiently(last));
    const receiptId = readSubmitted(submitted.text, applicationId);
    if (receiptId === undefined) throw unreadableAnswer({ funder, step: 'submit' });
    return { receiptId, applicationId, replayed: submitted.headers['idempotency-replayed'] === 'true' };
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  /** An answer of success. */
  async #call({ reference, path, ...call }: StepCall): Promise<FunderAnswer> {
    const { id: funder, repeat } = this.#funder;
    const headers = repeat === 'idempotency-key' ? { 'idempotency-key': `${reference}.${call.step}` } : {};
    const answer = await this.#http.call({ ...call, headers, path: `${this.#prefix}${path}` });
    if (answer.status === 200 || answer.status === 201) return answer;
    const isConflict = repeat === 'idempotency-key' && !blamesFields(answer.text);
    throw failureOf(answer, { funder, step: call.step }, this.#parts.clock.now(), isConflict);
  }

  async #patiently(call: StepCall): Promise<FunderAnswer> {
    const { clock } = this.#parts;
    const until = clock.now() + this.#funder.deadlineMs;
    for (;;) {
      try {
        return await this.#call(call);
      } catch (error) {
        if (!isDocketError(error) || error.kind !== 'throttled') throw error;
        const waitMs = Math.max(MIN_WAIT_MS, error.retryAfterMs ?? DEFAULT_WAIT_MS);
        if (clock.now() + waitMs >= until) throw error;
        await pause(clock, waitMs, call.signal, error);
      }
    }
  }
}
