import type { Clock } from '@docket/contracts';
import type { Fault } from './fault.port.js';

/** Every accepted call takes so much longer. */
export class LatencyFault implements Fault {
  readonly #ms: number;
  readonly #clock: Clock;

  constructor(ms: number, clock: Clock) {
    this.#ms = ms;
    this.#clock = clock;
  }

  onWork(): Promise<void> {
    return new Promise((resolve) => void this.#clock.schedule(this.#ms, resolve));
  }
}
