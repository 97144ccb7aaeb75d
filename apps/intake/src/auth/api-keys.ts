import { hash, timingSafeEqual } from 'node:crypto';
import { caller, type Caller } from './caller.js';
import type { ApiKey } from './credentials.schema.js';

/** `dk_` and 256 random bits, base64url. */
const FORM = /^dk_[A-Za-z0-9_-]{43}$/;

/** Of the hash, hex digits by which an entry is found; the rest is compared in constant time. */
const PREFIX = 8;

interface Entry {
  readonly key: ApiKey;
  readonly hash: Buffer;
  readonly caller: Caller;
}

/**
 * API keys by their SHA-256. A slow password hash would add nothing: a key is 256 random bits, which nobody guesses,
 * and each request would pay for it.
 */
export class ApiKeys {
  readonly #entries = new Map<string, Entry[]>();

  constructor(keys: readonly ApiKey[]) {
    for (const key of keys) {
      const place = key.hash.slice(0, PREFIX);
      const entry = { key, hash: Buffer.from(key.hash, 'hex'), caller: caller(key.tenant, key.pipelines) };
      this.#entries.set(place, [...(this.#entries.get(place) ?? []), entry]);
    }
  }

  /** Whose key it is at that time (milliseconds since the epoch); undefined where it is nobody's. */
  find(given: string, now: number): Caller | undefined {
    if (!FORM.test(given)) return undefined;
    const digest = hash('sha256', given, 'buffer');
    for (const entry of this.#entries.get(digest.toString('hex', 0, PREFIX / 2)) ?? []) {
      if (timingSafeEqual(entry.hash, digest) && now >= (entry.key.notBefore ?? 0) && now < (entry.key.notAfter ?? Infinity)) return entry.caller;
    }
    return undefined;
  }
}
