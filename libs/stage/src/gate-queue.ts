import type { Clock } from '@docket/contracts';
import { LOOK_AGAIN_MS, type NamedTimers } from './named-timers.js';

/** Keys whose head waits at a closed gate. */
export class GateQueue {
  readonly #waiting = new Map<string, string[]>();
  /** Since when the head of a key waits. */
  readonly #since = new Map<string, number>();

  constructor(private readonly clock: Clock, private readonly timers: NamedTimers) {}

  get empty(): boolean {
    return this.#waiting.size === 0;
  }

  /** @param open told of all that wait at this gate once it may be open, in `ms` or when the one before is */
  wait(key: string, gate: string, ms: number, open: (keys: readonly string[]) => void): void {
    if (!this.#since.has(key)) this.#since.set(key, this.clock.now());
    const keys = this.#waiting.get(gate);
    if (keys) keys.push(key);
    else this.#waiting.set(gate, [key]);
    // The earlier time counts, or newcomers would put it off; who finds the gate closed still waits again.
    if (this.timers.has(`gate ${gate}`)) return;
    this.timers.set(`gate ${gate}`, Math.min(ms, LOOK_AGAIN_MS), () => {
      const waiting = this.#waiting.get(gate) ?? [];
      this.#waiting.delete(gate);
      open(waiting);
    });
  }

  /** The head of a key goes on; how long it waited, milliseconds. */
  leave(key: string): number {
    const since = this.#since.get(key);
    if (since === undefined) return 0;
    this.#since.delete(key);
    return Math.max(0, this.clock.now() - since);
  }

  /** There may be a place for one: the first that waits at this gate. */
  takeFirst(gate: string): string | undefined {
    const waiting = this.#waiting.get(gate);
    const key = waiting?.shift();
    if (waiting?.length === 0) this.#waiting.delete(gate);
    return key;
  }
}
