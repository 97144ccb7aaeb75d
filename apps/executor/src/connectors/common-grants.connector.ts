import { isDocketError, type Clock } from '@docket/contracts';
import { applicationBodies } from './common-grants.bodies.js';
import { readSaved, readStarted, readSubmitted } from './common-grants.answers.js';
import { CommonGrantsClient, type ClientCall, type ClientOptions } from './common-grants.client.js';
import type { FunderConnector, Receipt, SubmitRequest } from './connector.port.js';
import { unreadableAnswer, type FunderAnswer } from './funder-failure.js';
import { parseGrant } from './grant-payload.schema.js';
import { pause } from './pause.js';

/** Wait after a 429 that does not say how long, and the shortest one. */
const DEFAULT_WAIT_MS = 1000;
const MIN_WAIT_MS = 100;

/**
 * Submits over CommonGrants 0.4.0: start an application, give its form, submit it. Each step has its own
 * idempotency key, `<key>.<step>`, so a submission that was cut short is taken up again from its beginning and the
 * funder repeats its answers up to where it was cut.
 *
 * A 429 after the start is waited out here, within one deadline a step: an application started over would spend the
 * funder's allowance on repeats, and under a tight limit never reach its submit. All else is the stage's to retry.
 */
export class CommonGrantsConnector implements FunderConnector {
  readonly capabilities = { repeat: 'idempotency-key' } as const;
  readonly #options: ClientOptions;
  readonly #client: CommonGrantsClient;
  readonly #clock: Clock;

  constructor(options: ClientOptions) {
    this.#options = options;
    this.#client = new CommonGrantsClient(options);
    this.#clock = options.clock;
  }

  async submit({ unit, idempotencyKey, signal }: SubmitRequest): Promise<Receipt> {
    const { id: funder, competitionId, formId } = this.#options.funder;
    const bodies = applicationBodies(parseGrant(unit), competitionId);
    const keyed = (step: ClientCall['step']) => ({ step, idempotencyKey: `${idempotencyKey}.${step}`, signal });

    const started = await this.#client.call({ ...keyed('start'), method: 'POST', path: 'start', body: bodies.start });
    const applicationId = readStarted(started.text);
    if (applicationId === undefined) throw unreadableAnswer({ funder, step: 'start' });

    const path = encodeURIComponent(applicationId);
    const saved = await this.#patiently({ ...keyed('form'), method: 'PUT', path: `${path}/forms/${formId}`, body: bodies.form });
    if (!readSaved(saved.text)) throw unreadableAnswer({ funder, step: 'form' });

    const submitted = await this.#patiently({ ...keyed('submit'), method: 'PUT', path: `${path}/submit` });
    const receiptId = readSubmitted(submitted.text, applicationId);
    if (receiptId === undefined) throw unreadableAnswer({ funder, step: 'submit' });
    return { receiptId, applicationId, replayed: submitted.headers['idempotency-replayed'] === 'true' };
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  async #patiently(call: ClientCall): Promise<FunderAnswer> {
    const until = this.#clock.now() + this.#options.funder.deadlineMs;
    for (;;) {
      try {
        return await this.#client.call(call);
      } catch (error) {
        if (!isDocketError(error) || error.kind !== 'throttled') throw error;
        const waitMs = Math.max(MIN_WAIT_MS, error.retryAfterMs ?? DEFAULT_WAIT_MS);
        if (this.#clock.now() + waitMs >= until) throw error;
        await pause(this.#clock, waitMs, call.signal, error);
      }
    }
  }
}
