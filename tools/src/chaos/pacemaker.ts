import { estimatedMs, type PlannedAction } from './action-plan.js';
import type { Feeder } from './feeder.js';
import { monotonicMs } from './monotonic.js';

const EVERY_MS = 500;
/** Units still flow when the last action comes. */
const TAIL_MS = 8_000;
/** Units a second. */
const FASTEST = 300;

/** Spreads the units over the actions, however long these take: nothing is tried on an idle pipeline. */
export class Pacemaker {
  readonly #timer: NodeJS.Timeout;
  #left: readonly PlannedAction[] = [];
  #begunAt = monotonicMs();

  constructor(private readonly feeder: Feeder, private readonly sessionMs: number) {
    this.#timer = setInterval(() => this.#pace(), EVERY_MS);
  }

  /** @param left the action that begins now, and all to come */
  next(left: readonly PlannedAction[]): void {
    this.#left = left;
    this.#begunAt = monotonicMs();
    this.#pace();
  }

  /** Sends what is left. */
  end(): void {
    clearInterval(this.#timer);
    this.feeder.pace(FASTEST);
  }

  #pace(): void {
    const [current = 0, ...later] = this.#left.map((action) => estimatedMs(action, this.sessionMs));
    const leftMs = Math.max(0, current - (monotonicMs() - this.#begunAt)) + later.reduce((sum, ms) => sum + ms, 0) + TAIL_MS;
    this.feeder.pace(Math.min(FASTEST, (this.feeder.left * 1000) / leftMs));
  }
}
