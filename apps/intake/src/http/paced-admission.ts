import type { Clock, UnitKind } from '@docket/contracts';
import type { Admission, Refusal } from '../admission/admission.port.js';
import { Problem } from './problem.js';
import type { RateLimits } from './rate-limits.js';

/** How long a unit waits before it asks again, and looks whether anybody still waits for it. */
const STEP_MS = 100;

export interface PacedAdmissionOptions {
  readonly admission: Admission;
  readonly limits: RateLimits;
  readonly tenant: string;
  readonly kind: UnitKind;
  readonly clock: Clock;
  /** When the waiting ends, milliseconds since the epoch. */
  readonly endsAt: number;
  /** Whether nobody waits for the results any more. */
  readonly isOver: () => boolean;
}

/**
 * Admission for the units of one open stream, one after the other: while less is let in than comes, a unit waits for its
 * turn, and with it all behind it and their sender. Where nothing is let in, a unit is refused at once.
 */
export class PacedAdmission {
  readonly #ofRate = new Turns();
  readonly #ofAdmission = new Turns();

  constructor(private readonly options: PacedAdmissionOptions) {}

  /**
   * Resolves when the tenant's rate has a unit for the next line. Only the line whose turn it is reserves one, so that a
   * stream is never further ahead than that. Throws DOCKET_UNAVAILABLE where the stream is over before.
   */
  keepRate(): Promise<void> {
    return this.#ofRate.next(() => this.#awaitRate());
  }

  /** Resolves when the unit is let in, undefined, or why it is not. */
  enter(): Promise<Refusal | undefined> {
    return this.#ofAdmission.next(() => this.#ask());
  }

  async #awaitRate(): Promise<void> {
    const { limits, tenant, clock } = this.options;
    if (limits.take(tenant) === 0) return;
    // Asked before it reserves: lines that are left when the stream is over take nothing from what comes next.
    this.#checkOpen();
    const until = clock.now() + limits.reserve(tenant);
    while (clock.now() < until) {
      this.#checkOpen();
      await this.#wait(Math.min(STEP_MS, until - clock.now()));
    }
  }

  async #ask(): Promise<Refusal | undefined> {
    const { admission, kind, clock, endsAt, isOver } = this.options;
    for (;;) {
      const refusal = admission.refuse(kind, 1);
      if (refusal?.reason !== 'throttled' || isOver() || clock.now() + STEP_MS > endsAt) return refusal;
      await this.#wait(STEP_MS);
    }
  }

  #checkOpen(): void {
    const { clock, endsAt, isOver } = this.options;
    if (isOver() || clock.now() >= endsAt) throw new Problem('DOCKET_UNAVAILABLE', undefined, { retryAfterSeconds: 5 });
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.options.clock.schedule(ms, resolve));
  }
}

/** Does one thing after the other, whether the one before went well or not. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  next<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
