import type { Clock } from '@docket/contracts';

const EVERY_MS = 50;

/** Calls `fire` as often a second as `rate` says, whatever becomes of the calls: an open loop, as senders that do not know each other are. */
export class Pace {
  /** Calls a second; may be changed at any time. */
  rate = 0;
  #owed = 0;
  #last: number;
  #cancel: () => void;

  constructor(private readonly clock: Clock, private readonly fire: () => void) {
    this.#last = clock.now();
    this.#cancel = clock.schedule(EVERY_MS, () => this.#turn());
  }

  stop(): void {
    this.#cancel();
  }

  #turn(): void {
    const now = this.clock.now();
    this.#owed += (this.rate * (now - this.#last)) / 1_000;
    this.#last = now;
    for (; this.#owed >= 1; this.#owed -= 1) this.fire();
    this.#cancel = this.clock.schedule(EVERY_MS, () => this.#turn());
  }
}
