import type { Clock } from '@docket/contracts';
import { LRUCache } from 'lru-cache';
import type { Limit } from '../auth/credentials.schema.js';

/** Tenants come from the credentials file; this many are kept apart at once. */
const MAX_TENANTS = 20_000;

/**
 * Rate limits by tenant: `perSecond` units flow in, `burst` may come at once (a token bucket, as its equivalent GCRA:
 * one number a tenant, no timers). What comes after a pause of any length finds a full bucket, never more.
 */
export class RateLimits {
  /** By tenant, when its bucket is full again, milliseconds since the epoch, at this rate. */
  readonly #full = new LRUCache<string, { readonly at: number; readonly perSecond: number }>({ max: MAX_TENANTS });

  constructor(private readonly limitOf: (tenant: string) => Limit | undefined, private readonly clock: Clock) {}

  /** Takes one unit if there is one: 0, or the milliseconds until there is. */
  take(tenant: string): number {
    const wait = this.#wait(tenant);
    if (wait === 0) this.charge(tenant, 1);
    return wait;
  }

  /** Takes one unit, in debt if need be: the milliseconds that the caller has to wait before it uses it. */
  reserve(tenant: string): number {
    const wait = this.#wait(tenant);
    this.charge(tenant, 1);
    return wait;
  }

  /** Takes so many units, in debt if need be: what comes next waits for it. */
  charge(tenant: string, units: number): void {
    const limit = this.limitOf(tenant);
    if (limit) this.#full.set(tenant, { at: this.#fullAt(tenant, limit) + (units * 1000) / limit.perSecond, perSecond: limit.perSecond });
  }

  #wait(tenant: string): number {
    const limit = this.limitOf(tenant);
    if (!limit) return 0;
    const now = this.clock.now();
    return Math.max(0, Math.ceil(this.#fullAt(tenant, limit) - now - ((limit.burst - 1) * 1000) / limit.perSecond));
  }

  /** Not before now. What is owed is units: where the rate was changed it takes another time. */
  #fullAt(tenant: string, { perSecond }: Limit): number {
    const now = this.clock.now();
    const full = this.#full.get(tenant);
    return full === undefined ? now : now + (Math.max(0, full.at - now) * full.perSecond) / perSecond;
  }
}
