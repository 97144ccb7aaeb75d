import { HEADER } from '@docket/contracts';
import type { RecordWriter } from '@docket/stage-kafka';
import { Pool } from 'undici';
import type { Ledger } from './ledger.js';

export const UPSTREAM_SOURCE = '/tenants/overload-upstream/sync';
export const UPSTREAM_TENANT = 'overload-upstream';

const CONNECTIONS = 64;

/** What has been offered so far, and what became of it at the door. */
export class Offers {
  http = 0;
  kafka = 0;
  accepted = 0;
  /** By status and code. */
  readonly refused = new Map<string, number>();
  /** Requests without an answer. */
  failed = 0;

  get refusedInAll(): number {
    return [...this.refused.values()].reduce((sum, count) => sum + count, 0);
  }
}

/** Sends grants over both ways in, each unlike the others; nobody waits for anybody, and what is refused is not sent again. */
export class Senders {
  readonly offers = new Offers();
  readonly #pool: Pool;
  #count = 0;

  constructor(url: string, private readonly key: string, private readonly writer: RecordWriter, private readonly funders: readonly string[], private readonly ledger: Ledger) {
    this.#pool = new Pool(url, { connections: CONNECTIONS, headersTimeout: 30_000, bodyTimeout: 30_000 });
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  http(): void {
    this.offers.http += 1;
    void this.#post().catch(() => (this.offers.failed += 1));
  }

  kafka(): void {
    this.offers.kafka += 1;
    const { id, value } = this.#grant();
    const headers = { [HEADER.id]: id, [HEADER.source]: UPSTREAM_SOURCE, [HEADER.type]: 'docket.grant.submission.v1', [HEADER.contentType]: 'application/json' };
    this.writer.write([{ topic: 'grants.inbound', key: id, value, headers }]).catch(() => (this.offers.failed += 1));
  }

  async #post(): Promise<void> {
    const { id, value } = this.#grant();
    const response = await this.#pool.request({
      path: '/v1/grants/submissions', method: 'POST', body: value,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}`, 'idempotency-key': id },
    });
    const answer = (await response.body.json()) as { readonly correlationId?: string; readonly code?: string };
    if (response.statusCode === 202 && answer.correlationId !== undefined) {
      this.offers.accepted += 1;
      return this.ledger.accepted(answer.correlationId, Date.now());
    }
    const why = `${response.statusCode} ${answer.code ?? ''}`;
    this.offers.refused.set(why, (this.offers.refused.get(why) ?? 0) + 1);
  }

  #grant(): { readonly id: string; readonly value: Buffer } {
    const number = this.#count++;
    const id = `OVERLOAD-${number}`;
    const funder = this.funders[number % this.funders.length];
    const grant = { grantId: id, applicantOrg: 'Example County Airport Authority', funder, requestedAmount: '25000.00', currencyCode: 'USD', submissionDeadline: '2027-03-31' };
    return { id, value: Buffer.from(JSON.stringify(grant)) };
  }
}
