import type { Clock } from '@docket/contracts';

/** The wall clock may be set meanwhile: what waits by it is looked at again after this at the latest. */
export const LOOK_AGAIN_MS = 5_000;

/** Timers of one owner by name: setting one again moves it. */
export class NamedTimers {
  readonly #cancels = new Map<string, () => void>();

  constructor(private readonly clock: Clock) {}

  has(name: string): boolean {
    return this.#cancels.has(name);
  }

  /** @param ms from now; less than 0 counts as 0 */
  set(name: string, ms: number, fn: () => void): void {
    this.#cancels.get(name)?.();
    this.#cancels.set(name, this.clock.schedule(Math.max(0, ms), () => {
      this.#cancels.delete(name);
      fn();
    }));
  }

  clear(): void {
    for (const cancel of this.#cancels.values()) cancel();
    this.#cancels.clear();
  }
}
