import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@docket/contracts';
import { buildFaults } from '../faults/build-faults.js';
import type { CallStep } from '../faults/call-step.js';
import type { Cut, Fault } from '../faults/fault.port.js';
import type { ScriptSpec } from '../faults/script.schema.js';
import { Script } from '../faults/script.js';
import type { Entry } from '../journal/entry.js';
import type { FunderSpec } from './funder-file.schema.js';
import type { KeyedFunder } from './load-funders.js';

/** Calls since the process started, or since the funder was reset. */
export interface FunderCounts {
  /** Answered 429. */
  throttled: number;
  /** Answered 5xx. */
  unavailable: number;
  /** Answered from the record. */
  replayed: number;
  /** Cut off without an answer, before or after they took effect. */
  cut: number;
}

/** One simulated funder: its key, its faults in order, its script, and its counts. */
export class Funder {
  readonly id: string;
  readonly #spec: FunderSpec;
  readonly #clock: Clock;
  readonly #key: Buffer;
  #counts: FunderCounts = noCalls();
  #own: readonly Fault[];
  #script: Script | undefined;

  constructor(funder: KeyedFunder, clock: Clock) {
    this.id = funder.spec.id;
    this.#spec = funder.spec;
    this.#clock = clock;
    this.#key = sha256(funder.apiKey);
    this.#own = buildFaults(funder.spec, clock);
    this.run(funder.spec.script);
  }

  get repeat(): FunderSpec['repeat'] {
    return this.#spec.repeat;
  }

  get counts(): FunderCounts {
    return this.#counts;
  }

  get script(): Script | undefined {
    return this.#script;
  }

  /** Puts a script in the place of the one before; undefined takes it away. */
  run(script: ScriptSpec | undefined): void {
    this.#script = script === undefined ? undefined : new Script(script, this.#spec.retryAfter, this.#clock);
  }

  /** As at the start of the process, with nothing to recall. */
  reset(): void {
    this.#counts = noCalls();
    this.#own = buildFaults(this.#spec, this.#clock);
    this.run(this.#spec.script);
  }

  /** Compares in constant time. */
  knows(apiKey: string): boolean {
    return timingSafeEqual(this.#key, sha256(apiKey));
  }

  /** Throws a Refusal where the funder takes no such calls at all, a Disconnection where it does not even answer. */
  arrive(step: CallStep): void {
    for (const fault of this.#faults()) fault.onArrival?.(step);
  }

  /** Throws a Refusal where a call that is no repeat may not be made now. */
  admit(step: CallStep): void {
    for (const fault of this.#faults()) fault.onAdmission?.(step);
  }

  /** Resolves when the funder has taken the time that it takes. */
  async work(step: CallStep): Promise<void> {
    for (const fault of this.#faults()) await fault.onWork?.(step);
  }

  /** How the answer to an accepted call must get lost, if at all. */
  loses(step: CallStep): Cut | undefined {
    return this.#faults().map((fault) => fault.onAnswer?.(step)).find((cut) => cut !== undefined);
  }

  /** Told of every call that an earlier process accepted, oldest first. */
  recall(entry: Entry): void {
    for (const fault of this.#faults()) fault.onRecall?.(entry);
  }

  #faults(): readonly Fault[] {
    return this.#script === undefined ? this.#own : [...this.#own, this.#script];
  }
}

function noCalls(): FunderCounts {
  return { throttled: 0, unavailable: 0, replayed: 0, cut: 0 };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
