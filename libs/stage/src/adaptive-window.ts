/** How hard the process is pressed; asked at each commit. */
export interface LoadProbe {
  /** Milliseconds that the event loop was late, lately. */
  eventLoopDelayMs(): number;
  /** Share of the heap limit in use, 0 to 1. */
  heapRatio(): number;
}

const LEAST = 64;
const SLOW_COMMIT_MS = 1_000;
const LATE_LOOP_MS = 200;
const FULL_HEAP = 0.85;

/**
 * How many records a task may hold: grows by a step with each calm commit while the bound is reached, and falls by a third
 * when the event loop is late, the heap is nearly full, handlers take most of their deadline, or commits are slow (additive
 * increase, multiplicative decrease).
 */
export class AdaptiveWindow {
  #bound: number;
  #slowestHandler = 0;

  constructor(private readonly most: number, private readonly handlerTargetMs: number, private readonly probe: LoadProbe | undefined) {
    this.#bound = most;
  }

  get bound(): number {
    return this.#bound;
  }

  handled(ms: number): void {
    if (ms > this.#slowestHandler) this.#slowestHandler = ms;
  }

  committed(ms: number): void {
    const { probe } = this;
    const pressed = ms > SLOW_COMMIT_MS || this.#slowestHandler > this.handlerTargetMs ||
      (probe !== undefined && (probe.eventLoopDelayMs() > LATE_LOOP_MS || probe.heapRatio() > FULL_HEAP));
    this.#slowestHandler = 0;
    this.#bound = pressed ? Math.max(Math.min(LEAST, this.most), Math.floor(this.#bound * 0.67)) : Math.min(this.most, this.#bound + Math.ceil(this.most / 20));
  }
}
