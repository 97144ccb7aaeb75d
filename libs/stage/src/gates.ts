import type { Clock } from '@docket/contracts';

/** Closes a group of keys (a funder) for a while: none of its heads starts, others go on. */
export class Gates {
  readonly #until = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** Never shortens a closure that stands. */
  close(group: string, ms: number): void {
    const until = this.clock.now() + ms;
    if (until > (this.#until.get(group) ?? 0)) this.#until.set(group, until);
  }

  /** Milliseconds until the group opens, 0 when it is open. */
  remaining(group: string): number {
    const until = this.#until.get(group);
    if (until === undefined) return 0;
    const left = until - this.clock.now();
    if (left > 0) return left;
    this.#until.delete(group);
    return 0;
  }
}
