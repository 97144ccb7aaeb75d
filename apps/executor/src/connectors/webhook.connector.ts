import { canonicalJson } from '@docket/contracts';
import { signingOf } from '../funders/credential-refs.js';
import type { WebhookFunder } from '../funders/funder-registry.schema.js';
import type { FunderConnector, LookUpRequest, Receipt, SubmitRequest } from './connector.port.js';
import { failureOf, unreadableAnswer } from './funder-failure.js';
import { FunderHttp, type ConnectorParts } from './funder-http.js';
import { parseGrant } from './grant-payload.schema.js';
import { signWebhook } from './sign-webhook.js';
import { readReceipt } from './webhook.answers.js';

/**
 * Submits by one POST of `{ "grant": …, "reference": … }`, whose bytes are the same for each repeat. Any 2xx means
 * submitted; the receipt is the answer's `receiptId`, else our reference.
 */
export class WebhookConnector implements FunderConnector {
  readonly capabilities;
  readonly #funder: WebhookFunder;
  readonly #parts: ConnectorParts;
  readonly #http: FunderHttp;
  readonly #path: string;

  constructor(funder: WebhookFunder, parts: ConnectorParts) {
    const { origin, pathname, search } = new URL(funder.url);
    this.capabilities = { repeat: funder.repeat };
    this.#funder = funder;
    this.#parts = parts;
    this.#http = new FunderHttp(funder, origin, parts);
    this.#path = `${pathname}${search}`;
  }

  async submit({ unit, reference, signal, commence }: SubmitRequest): Promise<Receipt> {
    const { id: funder, repeat } = this.#funder;
    const body = canonicalJson({ reference, grant: parseGrant(unit) });
    const headers = { ...this.#signature(reference, body), ...(repeat === 'idempotency-key' && { 'idempotency-key': reference }) };
    const sendBy = await commence();
    const answer = await this.#http.call({ step: 'webhook', method: 'POST', path: this.#path, headers, body, signal, sendBy });
    if (answer.status < 200 || answer.status >= 300) throw failureOf(answer, { funder, step: 'webhook' }, this.#parts.clock.now());
    return { receiptId: readReceipt(answer.text) ?? reference, replayed: answer.headers['idempotency-replayed'] === 'true' };
  }

  async lookUp({ reference, signal }: LookUpRequest): Promise<Receipt | undefined> {
    const { id: funder, lookUpUrl = '' } = this.#funder;
    const place = { funder, step: 'look-up' };
    const { pathname, search } = new URL(lookUpUrl.replace('{reference}', encodeURIComponent(reference)));
    const answer = await this.#http.call({ step: place.step, method: 'GET', path: `${pathname}${search}`, signal });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) {
      const failure = failureOf(answer, place, this.#parts.clock.now());
      // A question that is refused says nothing of the grant.
      throw failure.kind === 'invalid' ? unreadableAnswer(place, failure) : failure;
    }
    const receiptId = readReceipt(answer.text);
    if (receiptId === undefined) throw unreadableAnswer(place);
    return { receiptId, replayed: true };
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  #signature(id: string, body: string): Readonly<Record<string, string>> {
    const secret = signingOf(this.#funder);
    return secret ? signWebhook({ id, now: this.#parts.clock.now(), body }, this.#parts.credentials.read(secret)) : {};
  }
}
