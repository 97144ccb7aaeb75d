import type { Clock } from '@docket/contracts';
import { LRUCache } from 'lru-cache';

/** What is known of a submission that was accepted before. */
export interface Known {
  readonly digest: string;
  readonly batchTraceId: string;
}

/** What a submission turns out to be when it is begun. */
export type Begun =
  | { readonly state: 'new'; done(): void; failed(): void }
  | { readonly state: 'replay'; readonly batchTraceId: string }
  | { readonly state: 'in-flight' }
  | { readonly state: 'reused' };

export interface ReplayTableOptions {
  /** Submissions that are remembered, at most, of this instance's own and as many learned ones; the longest unused go first. */
  readonly max: number;
  readonly maxAgeMs: number;
  readonly clock: Clock;
}

/**
 * Submissions that this instance knows to be accepted, so that a repeat is answered as the first was and not produced
 * again. Bounded by count and age. It may forget, and another instance may know what this one does not: then the ledger
 * of the validator decides, by the correlation id, which is the same for a repeat.
 */
export class ReplayTable {
  /** What this instance produced. Apart from what it learned: upstream's outcomes, which are many more, would push these out. */
  readonly #produced: LRUCache<string, Known>;
  readonly #learned: LRUCache<string, Known>;
  /** Bounded by the requests under way. */
  readonly #inFlight = new Map<string, string>();

  constructor({ max, maxAgeMs, clock }: ReplayTableOptions) {
    const options = { max, ttl: maxAgeMs, ttlResolution: 0, perf: { now: () => clock.now() } };
    this.#produced = new LRUCache(options);
    this.#learned = new LRUCache(options);
  }

  /** Whether a repeat under this name would be answered from here. */
  knows(name: string): boolean {
    return this.#produced.has(name) || this.#learned.has(name);
  }

  get size(): number {
    return this.#produced.size + this.#learned.size;
  }

  /**
   * Begins a submission. Names are looked up in their order, the first is the one that is remembered: the key that was
   * given, the correlation id. A `new` one must be ended: done() once the broker has acknowledged, failed() where that is
   * not known, so that it may be repeated.
   */
  begin(names: readonly [string, ...string[]], digest: string, batchTraceId: string): Begun {
    const [name] = names;
    const running = this.#inFlight.get(name);
    if (running !== undefined) return { state: running === digest ? 'in-flight' : 'reused' };
    for (const candidate of names) {
      const known = this.#produced.get(candidate) ?? this.#learned.get(candidate);
      if (known) return known.digest === digest ? { state: 'replay', batchTraceId: known.batchTraceId } : { state: 'reused' };
    }
    this.#inFlight.set(name, digest);
    return {
      state: 'new',
      done: () => {
        this.#inFlight.delete(name);
        this.#produced.set(name, { digest, batchTraceId });
      },
      failed: () => this.#inFlight.delete(name),
    };
  }

  /** Told by others: an outcome of this correlation id was seen. */
  learn(correlationId: string, known: Known, ageMs: number): void {
    const { ttl } = this.#learned;
    if (ageMs >= ttl) return;
    this.#learned.set(correlationId, known, { ttl: ttl - Math.max(0, ageMs) });
  }
}
