import type { Clock } from '@docket/contracts';

interface Closure {
  readonly until: number;
  /** When it was last asked for. */
  readonly at: number;
}

/** Closes a group of keys (a funder) for a while: none of its heads starts, others go on. */
export class Gates {
  readonly #closures = new Map<string, Closure>();

  constructor(private readonly clock: Clock) {}

  /** Never shortens a closure that stands. */
  close(group: string, ms: number): void {
    const at = this.clock.now();
    this.#closures.set(group, { at, until: Math.max(at + ms, this.#closures.get(group)?.until ?? 0) });
  }

  open(group: string): void {
    this.#closures.delete(group);
  }

  /** Milliseconds until the group opens, 0 when it is open. */
  remaining(group: string): number {
    const closure = this.#closures.get(group);
    if (closure === undefined) return 0;
    const left = closure.until - this.clock.now();
    if (left > 0) return left;
    this.#closures.delete(group);
    return 0;
  }

  /** Whether the group was closed at this time or later, milliseconds since the epoch, and still is. */
  closedSince(group: string, time: number): boolean {
    return (this.#closures.get(group)?.at ?? -1) >= time;
  }
}
