import type { Clock } from '@docket/contracts';

/** An audit step that is not acknowledged for so long means that the log does not take any. */
const SILENT_MS = 10_000;

/** Knows whether the audit log acknowledges: nothing may be let in whose steps could not be put on the record. */
export class AuditWatch {
  #failedAt = -Infinity;
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
        this.#failedAt = -Infinity;
      } catch (error) {
        this.#failedAt = this.clock.now();
        throw error;
      } finally {
        this.#open.delete(call);
      }
    };
  }

  /** False for ten seconds after a step was refused, unless another one was taken since, and while one waits for longer than that. Then it may be tried: what was refused may wait at the very gate that this keeps shut. */
  get acks(): boolean {
    const [oldest] = this.#open;
    const now = this.clock.now();
    return now - this.#failedAt >= SILENT_MS && (oldest === undefined || now - oldest.at < SILENT_MS);
  }
}
