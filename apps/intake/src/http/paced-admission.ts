import type { Clock, UnitKind } from '@docket/contracts';
import type { Admission, Refusal } from '../admission/admission.port.js';

/** How long a unit waits before it asks again. */
const STEP_MS = 100;

export interface PacedAdmissionOptions {
  readonly admission: Admission;
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
  #turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: PacedAdmissionOptions) {}

  /** Resolves when the unit is let in, undefined, or why it is not. */
  enter(): Promise<Refusal | undefined> {
    const turn = this.#turn.then(() => this.#ask());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #ask(): Promise<Refusal | undefined> {
    const { admission, kind, clock, endsAt, isOver } = this.options;
    for (;;) {
      const refusal = admission.refuse(kind, 1);
      if (refusal?.reason !== 'throttled' || isOver() || clock.now() + STEP_MS > endsAt) return refusal;
      await new Promise<void>((resolve) => clock.schedule(STEP_MS, resolve));
    }
  }
}
