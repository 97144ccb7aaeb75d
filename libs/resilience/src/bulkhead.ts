import { bulkhead } from 'cockatiel';

/** At most `limit` calls at once, over all keys of the process; further ones wait their turn. */
export class Bulkhead {
  readonly #policy;

  constructor(limit: number) {
    this.#policy = bulkhead(limit, Number.POSITIVE_INFINITY);
  }

  /** Throws the signal's reason where it is aborted before the call's turn. */
  run<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#policy.execute(() => {
      signal.throwIfAborted();
      return call();
    });
  }
}
