import { DocketError, type Clock } from '@docket/contracts';

export interface AdmissionLimits {
  /** Pages that may wait before further documents are refused; also the most documents taken in at once. */
  readonly queueLimit: number;
  readonly maxHeldBytes: number;
  readonly workers: number;
}

const LONGEST_RETRY_AFTER_MS = 300_000;
/** Weight of the latest page in the running mean of page times. */
const LATEST = 0.2;

/**
 * Decides before a body is read whether there is room for it, so that neither memory nor waiting time grows without
 * bound. A document alone is always taken, however large.
 */
export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #waitingPages: () => number;
  #documents = 0;
  #bytes = 0;
  #meanPageMs = 3_000;
  #closing = false;
  #onIdle: (() => void) | undefined;

  constructor(limits: AdmissionLimits, waitingPages: () => number) {
    this.#limits = limits;
    this.#waitingPages = waitingPages;
  }

  /**
   * Takes a document of this many bytes in; the returned function lets it go. Throws DOCKET_OCR_BUSY (throttled, with the
   * time until the queue has likely drained) and DOCKET_OCR_CLOSED (retriable) after close().
   */
  enter(bytes: number): () => void {
    if (this.#closing) throw new DocketError('DOCKET_OCR_CLOSED', 'the OCR engine is shutting down: try again', { kind: 'retriable', retryAfterMs: 1_000 });
    const { queueLimit, maxHeldBytes } = this.#limits;
    const full = this.#documents >= queueLimit || this.#waitingPages() >= queueLimit || this.#bytes + bytes > maxHeldBytes;
    if (full && this.#documents > 0) {
      throw new DocketError('DOCKET_OCR_BUSY', 'too many pages or bytes are waiting: try again after the time in Retry-After', {
        kind: 'throttled',
        retryAfterMs: this.#drainMs(),
      });
    }
    this.#documents += 1;
    this.#bytes += bytes;
    return () => this.#leave(bytes);
  }

  /** Keeps the estimate of Retry-After near the truth. */
  pageTook(ms: number): void {
    this.#meanPageMs += LATEST * (ms - this.#meanPageMs);
  }

  /** Refuses newcomers; resolves when the last document has left, or after `ms` at the latest. */
  async close(clock: Clock, ms: number): Promise<void> {
    this.#closing = true;
    if (this.#documents === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.schedule(ms, resolve);
      this.#onIdle = () => {
        cancel();
        resolve();
      };
    });
  }

  #leave(bytes: number): void {
    this.#documents -= 1;
    this.#bytes -= bytes;
    if (this.#documents === 0) this.#onIdle?.();
  }

  #drainMs(): number {
    const ms = ((this.#waitingPages() + 1) * this.#meanPageMs) / this.#limits.workers;
    return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(1_000, ms));
  }
}
