import type { Clock } from '@docket/contracts';

/** An audit step that is not acknowledged for so long means that the log does not take any. */
const SILENT_MS = 10_000;

/** Knows whether the audit log acknowledges: nothing may be let in whose steps could not be put on the record. */
export class AuditWatch {
  #failed = false;
  /** When each call that has no answer yet began. */
  readonly #open = new Set<{ readonly at: number }>();

  constructor(private readonly clock: Clock) {}

  /** The same function, watched. */
  watch<T extends unknown[]>(audit: (...given: T) => Promise<void>): (...given: T) => Promise<void> {
    return async (...given) => {
      const call = { at: this.clock.now() };
      this.#open.add(call);
      try {
        await audit(...given);
        this.#failed = false;
      } catch (error) {
        this.#failed = true;
        throw error;
      } finally {
        this.#open.delete(call);
      }
    };
  }

  /** False where the last step was refused, or one waits for longer than ten seconds. */
  get acks(): boolean {
    const [oldest] = this.#open;
    return !this.#failed && (oldest === undefined || this.clock.now() - oldest.at < SILENT_MS);
  }
}
