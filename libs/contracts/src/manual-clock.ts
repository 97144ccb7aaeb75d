import type { Clock } from './clock.js';

interface Timer {
  readonly at: number;
  readonly fn: () => void;
}

/** A clock that stands still until it is told to go on: for specs. */
export class ManualClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  /** Starts at that many milliseconds since the epoch. */
  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  schedule(ms: number, fn: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), fn };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Number of timers that have neither run nor been cancelled. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves on by `ms` and runs what falls due, in order of time, timers set meanwhile included. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      // A set keeps the order of insertion and the sort is stable: equal times run in the order they were set.
      const next = [...this.#timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = next.at;
      next.fn();
    }
    this.#now = end;
  }
}
