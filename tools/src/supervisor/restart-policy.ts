/** Decides whether a service that died is started again: not at its third death within a minute. */
export class RestartPolicy {
  readonly #limit: number;
  readonly #windowMs: number;
  #deaths: readonly number[] = [];

  constructor(limit = 3, windowMs = 60_000) {
    this.#limit = limit;
    this.#windowMs = windowMs;
  }

  /** Notes a death at `now` (milliseconds); true where the service may be started again. */
  mayRestart(now: number): boolean {
    this.#deaths = [...this.#deaths, now].filter((at) => now - at < this.#windowMs);
    return this.#deaths.length < this.#limit;
  }

  /** Deaths within the window, as of the last one. */
  get deaths(): number {
    return this.#deaths.length;
  }

  get windowMs(): number {
    return this.#windowMs;
  }
}
