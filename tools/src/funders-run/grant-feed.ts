import { setTimeout as wait } from 'node:timers/promises';
import { DocketError, HEADER } from '@docket/contracts';
import type { RecordWriter } from '@docket/stage-kafka';
import { Agent, request } from 'undici';
import { monotonicMs } from '../chaos/monotonic.js';
import { payloadOf, type PlannedGrant } from './grant-plan.js';

const TICK_MS = 20;
/** Not yet acknowledged: while no front door is open, no more than these wait in memory. */
const MAX_OPEN = 500;
const AGAIN_MS = 250;
/** A door that takes nothing for so long will not. */
const PATIENCE_MS = 120_000;
/** As `npm start` configures intake. */
const SOURCE = '/tenants/county-grants/sync';

export interface GrantFeedOptions {
  readonly intakeUrls: readonly string[];
  readonly writer: RecordWriter;
  readonly funderOf: (grant: PlannedGrant) => string;
  /** Grants a second of the whole plan: each has its instant by its index, whoever of the others is in the feed. */
  readonly perSecond: number;
}

/** Feeds grants at an even pace: over HTTP as a client that tries again with the same key, and straight onto the topic. */
export class GrantFeed {
  /** Acknowledged by a front door or the broker. */
  accepted = 0;
  /** HTTP calls that were made again, by the status before; 0 where no answer came. */
  readonly retried = new Map<number, number>();
  readonly #options: GrantFeedOptions;
  readonly #agent = new Agent({ connections: 32, pipelining: 1 });
  readonly #open = new Set<Promise<void>>();
  #failed: Error | undefined;

  constructor(options: GrantFeedOptions) {
    this.#options = options;
  }

  /**
   * Begins now with the grant of index `first`, and resolves when all are acknowledged. Rejects where one is refused for
   * good, or no door takes it for two minutes.
   */
  async run(grants: readonly PlannedGrant[], first: number): Promise<void> {
    const from = monotonicMs();
    const dueMs = ({ index }: PlannedGrant) => ((index - first) * 1_000) / this.#options.perSecond;
    for (const grant of grants) {
      while (monotonicMs() - from < dueMs(grant) || this.#open.size >= MAX_OPEN) {
        if (this.#failed) throw this.#failed;
        await wait(TICK_MS);
      }
      const sending = this.#send(grant).then(
        () => void (this.accepted += 1),
        (error: unknown) => void (this.#failed ??= error instanceof Error ? error : new Error('the feed failed', { cause: error })),
      );
      this.#open.add(sending);
      void sending.finally(() => this.#open.delete(sending));
    }
    await Promise.all(this.#open);
    if (this.#failed) throw this.#failed;
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  #send(grant: PlannedGrant): Promise<void> {
    const body = JSON.stringify(payloadOf(grant, this.#options.funderOf(grant)));
    return grant.door === 'http' ? this.#post(grant, body) : this.#produce(grant, body);
  }

  #produce({ grantId }: PlannedGrant, body: string): Promise<void> {
    const headers = {
      [HEADER.id]: grantId, [HEADER.source]: SOURCE, [HEADER.type]: 'docket.grant.submission.v1', [HEADER.contentType]: 'application/json',
    };
    return this.#options.writer.write([{ topic: 'grants.inbound', key: grantId, value: Buffer.from(body), headers }]);
  }

  /** Each try at the next front door, always with the same key. */
  async #post({ grantId, index }: PlannedGrant, body: string): Promise<void> {
    const { intakeUrls } = this.#options;
    const until = monotonicMs() + PATIENCE_MS;
    for (let tries = 0; ; tries += 1) {
      const url = `${intakeUrls[(index + tries) % intakeUrls.length]}/v1/grants/submissions`;
      const status = await this.#try(url, grantId, body);
      if (status === 202) return;
      // No answer, in flight at another door, throttled, or not now.
      const again = status === undefined || status === 409 || status === 429 || status >= 500;
      if (!again || monotonicMs() > until) throw new DocketError('DOCKET_FEED', `a front door answered ${status ?? 'nothing'} to ${grantId}`);
      this.retried.set(status ?? 0, (this.retried.get(status ?? 0) ?? 0) + 1);
      await wait(AGAIN_MS);
    }
  }

  async #try(url: string, key: string, body: string): Promise<number | undefined> {
    try {
      const answer = await request(url, {
        method: 'POST', body, dispatcher: this.#agent, headersTimeout: 15_000, bodyTimeout: 15_000,
        headers: { 'content-type': 'application/json', 'idempotency-key': key },
      });
      await answer.body.dump();
      return answer.statusCode;
    } catch {
      return undefined;
    }
  }
}
