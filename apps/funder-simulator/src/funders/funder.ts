import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '@docket/contracts';
import type { Command } from '../applications/command.js';
import { buildFaults } from '../faults/build-faults.js';
import type { Fault } from '../faults/fault.port.js';
import type { Entry } from '../journal/entry.js';
import type { KeyedFunder } from './load-funders.js';

/** One simulated funder: its key, its faults in order, and its counters since the process started. */
export class Funder {
  readonly id: string;
  throttled = 0;
  unavailable = 0;
  replayed = 0;
  readonly #key: Buffer;
  readonly #faults: readonly Fault[];

  constructor(funder: KeyedFunder, clock: Clock) {
    this.id = funder.spec.id;
    this.#key = sha256(funder.apiKey);
    this.#faults = buildFaults(funder.spec, clock);
  }

  /** Compares in constant time. */
  knows(apiKey: string): boolean {
    return timingSafeEqual(this.#key, sha256(apiKey));
  }

  /** Throws a Refusal where the funder takes no calls at all. */
  arrive(): void {
    for (const fault of this.#faults) fault.onArrival?.();
  }

  /** Throws a Refusal where a call that is no repeat may not be made now. */
  admit(command: Command): void {
    for (const fault of this.#faults) fault.onAdmission?.(command);
  }

  /** Resolves when the funder has taken the time that it takes. */
  async work(): Promise<void> {
    for (const fault of this.#faults) await fault.onWork?.();
  }

  /** True where the answer to an accepted call must get lost. */
  loses(entry: Entry): boolean {
    return this.#faults.map((fault) => fault.onAnswer?.(entry) ?? false).some(Boolean);
  }

  /** Told of every call that an earlier process accepted, oldest first. */
  recall(entry: Entry): void {
    for (const fault of this.#faults) fault.onRecall?.(entry);
  }
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
