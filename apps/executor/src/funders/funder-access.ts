import type { Clock } from '@docket/contracts';
import type { Metrics } from '@docket/observability';
import { Breaker } from '@docket/resilience';
import type { FunderConnector } from '../connectors/connector.port.js';
import { isAnswer, isOutage } from '../connectors/funder-error.js';
import { FunderQuota } from '../limits/funder-quota.js';
import type { QuotaCounts } from '../limits/quota-counts.js';
import { TokenBucket } from '../limits/token-bucket.js';
import { CALLS, type Funder } from './funder-registry.schema.js';

/** Asked again as a submission ends; and now and then, should that end be missed. */
const ALL_BUSY_MS = 50;

export interface AccessParts {
  readonly counts: QuotaCounts;
  readonly clock: Clock;
  readonly metrics: Pick<Metrics, 'set'>;
}

/** One funder: the way to it, and what it may be given. */
export class FunderAccess {
  readonly funder: Funder;
  readonly connector: FunderConnector;
  readonly breaker: Breaker;
  /** Undefined where the funder has no quota. */
  readonly quota: FunderQuota | undefined;
  readonly #bucket: TokenBucket | undefined;

  constructor(funder: Funder, connector: FunderConnector, { counts, clock, metrics }: AccessParts) {
    const { id, limits } = funder;
    this.funder = funder;
    this.connector = connector;
    const target = `funder ${id}`;
    this.breaker = new Breaker({
      target,
      counts: isOutage,
      answered: isAnswer,
      onState: (state) => {
        for (const name of ['closed', 'open', 'half_open']) metrics.set('breaker_state', name === state ? 1 : 0, { target, state: name });
      },
    });
    const { perSecond, burst, perDay, perMonth, timeZone } = limits;
    if (perSecond !== undefined) this.#bucket = new TokenBucket({ perSecond, burst: burst ?? Math.max(perSecond, CALLS[funder.connector]) }, clock);
    this.quota = perDay === undefined && perMonth === undefined ? undefined : new FunderQuota({ funder: id, perDay, perMonth, timeZone, counts, clock, metrics });
  }

  get concurrency(): number {
    return this.funder.limits.concurrency ?? this.funder.maxConnections;
  }

  /** The gate: milliseconds until a submission may begin; 0, and its calls are counted, where it begins now. */
  waitMs(running: number): number {
    // A grant that is going to be parked needs no turn.
    if (this.quota?.exhausted()) return 0;
    const broken = this.breaker.waitMs(running);
    if (broken > 0) return broken;
    if (running >= this.concurrency || this.quota?.full) return ALL_BUSY_MS;
    return this.#bucket?.take(CALLS[this.funder.connector]) ?? 0;
  }
}
