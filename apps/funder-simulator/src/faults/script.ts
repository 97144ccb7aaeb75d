import type { Clock } from '@docket/contracts';
import type { Entry } from '../journal/entry.js';
import { buildFault } from './build-faults.js';
import type { CallStep } from './call-step.js';
import type { Cut, Fault } from './fault.port.js';
import type { RetryAfterForm } from './retry-after.js';
import type { ScriptSpec } from './script.schema.js';

interface TimedFault {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly fault: Fault;
}

/** Faults that come and go by time, counted from when the script was put in place. */
export class Script implements Fault {
  readonly spec: ScriptSpec;
  readonly #clock: Clock;
  readonly #startedAt: number;
  readonly #faults: readonly TimedFault[];

  constructor(spec: ScriptSpec, retryAfter: RetryAfterForm, clock: Clock) {
    this.spec = spec;
    this.#clock = clock;
    this.#startedAt = clock.now();
    let seed = spec.seed;
    this.#faults = spec.steps.flatMap(({ fromMs, untilMs = Number.POSITIVE_INFINITY, faults }) =>
      faults.map((fault) => ({ fromMs, untilMs, fault: buildFault(fault, { retryAfter, seed: seed++, clock }) })));
  }

  /** Milliseconds that it has been in place. */
  get elapsedMs(): number {
    return this.#clock.now() - this.#startedAt;
  }

  onArrival(step: CallStep): void {
    for (const fault of this.#active()) fault.onArrival?.(step);
  }

  onAdmission(step: CallStep): void {
    for (const fault of this.#active()) fault.onAdmission?.(step);
  }

  async onWork(step: CallStep): Promise<void> {
    for (const fault of this.#active()) await fault.onWork?.(step);
  }

  onAnswer(step: CallStep): Cut | undefined {
    // All are asked: each counts the calls that it sees.
    return this.#active().map((fault) => fault.onAnswer?.(step)).find((cut) => cut !== undefined);
  }

  onRecall(entry: Entry): void {
    for (const { fault } of this.#faults) fault.onRecall?.(entry);
  }

  #active(): Fault[] {
    const now = this.elapsedMs;
    return this.#faults.filter(({ fromMs, untilMs }) => fromMs <= now && now < untilMs).map(({ fault }) => fault);
  }
}
