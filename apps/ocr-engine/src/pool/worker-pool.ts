import { DocketError, type Clock } from '@docket/contracts';

/** Does one job at a time. */
export interface PoolWorker {
  /** False once it must not be given another job. */
  readonly usable: boolean;
  /** Ends it at once; its job may stay pending for ever. */
  stop(): Promise<void>;
}

export interface PoolOptions<W extends PoolWorker> {
  readonly size: number;
  /** Longest time of a job, in milliseconds, waiting not counted. */
  readonly timeoutMs: number;
  /** Starts a worker and resolves when it can take jobs. When the signal aborts it rejects and leaves nothing running. */
  readonly start: (signal: AbortSignal) => Promise<W>;
  readonly clock: Clock;
  /** Told whenever a worker is given up or cannot be started. */
  readonly onFailure?: (error: unknown) => void;
}

interface Job<W> {
  /** Never rejects: settles the promise of whoever asked. */
  readonly run: (worker: W) => Promise<void>;
  readonly reject: (error: unknown) => void;
}

const FIRST_RESTART_MS = 1_000;
const LAST_RESTART_MS = 30_000;
/** Longest start of a worker. */
const START_MS = 60_000;

/**
 * Runs jobs on a fixed number of workers, first come first served. A job past its time is rejected, whatever its worker
 * does, and the worker is stopped and replaced; so is one that is unusable after a job.
 */
export class WorkerPool<W extends PoolWorker> {
  readonly #options: PoolOptions<W>;
  readonly #idle: W[] = [];
  readonly #busy = new Map<W, Job<W>>();
  readonly #queue = new Set<Job<W>>();
  /** Starts and stops under way: close() waits for them. */
  readonly #changes = new Set<Promise<void>>();
  readonly #closing = new AbortController();

  constructor(options: PoolOptions<W>) {
    this.#options = options;
  }

  /** Resolves when every worker has started; where one cannot, stops the others and throws. */
  async start(): Promise<void> {
    try {
      await Promise.all(Array.from({ length: this.#options.size }, () => this.#launch()));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** True while at least one worker is there, busy or idle. */
  get ready(): boolean {
    return this.#idle.length + this.#busy.size > 0;
  }

  /** Jobs that no worker has taken yet. */
  get waiting(): number {
    return this.#queue.size;
  }

  /**
   * Rejects with what the job throws; with the signal's reason as soon as it aborts (a waiting job is then never begun, a
   * begun one ends unheard); with DOCKET_OCR_TIMEOUT (retriable) past the time limit; with DOCKET_OCR_CLOSED (retriable)
   * when the pool closes.
   */
  run<T>(job: (worker: W) => Promise<T>, signal: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (signal.aborted || this.#closing.signal.aborted) {
      reject(signal.aborted ? signal.reason : this.#closing.signal.reason);
      return promise;
    }
    const queued: Job<W> = { run: (worker) => settle(() => job(worker), resolve, reject), reject };
    const abort = () => {
      this.#queue.delete(queued);
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    this.#queue.add(queued);
    this.#next();
    return promise.finally(() => signal.removeEventListener('abort', abort));
  }

  /** Rejects every job, begun or not, and resolves when all workers have ended. */
  async close(): Promise<void> {
    if (!this.#closing.signal.aborted) {
      this.#closing.abort(new DocketError('DOCKET_OCR_CLOSED', 'the OCR engine is shutting down: try again', { kind: 'retriable' }));
    }
    for (const job of [...this.#queue, ...this.#busy.values()]) job.reject(this.#closing.signal.reason);
    for (const worker of [...this.#idle, ...this.#busy.keys()]) this.#stop(worker);
    this.#queue.clear();
    this.#busy.clear();
    this.#idle.length = 0;
    while (this.#changes.size > 0) await Promise.all(this.#changes);
  }

  #next(): void {
    for (const job of this.#queue) {
      const worker = this.#idle.shift();
      if (!worker) return;
      this.#queue.delete(job);
      this.#perform(worker, job);
    }
  }

  #perform(worker: W, job: Job<W>): void {
    const { clock, timeoutMs } = this.#options;
    this.#busy.set(worker, job);
    const cancelTimer = clock.schedule(timeoutMs, () => {
      const late = timedOut(timeoutMs);
      job.reject(late);
      if (this.#busy.delete(worker)) this.#replace(worker, late);
    });
    void job.run(worker).then(() => {
      cancelTimer();
      if (!this.#busy.delete(worker)) return; // given up meanwhile
      if (worker.usable) this.#idle.push(worker);
      else this.#replace(worker, new DocketError('DOCKET_OCR_WORKER', 'an OCR worker failed and is replaced', { kind: 'retriable' }));
      this.#next();
    });
  }

  #replace(worker: W, why: DocketError): void {
    this.#options.onFailure?.(why);
    this.#stop(worker);
    this.#restart(FIRST_RESTART_MS);
  }

  #restart(retryMs: number): void {
    const { signal } = this.#closing;
    this.#launch().catch((error: unknown) => {
      if (signal.aborted) return;
      this.#options.onFailure?.(error);
      const cancel = this.#options.clock.schedule(retryMs, () => {
        signal.removeEventListener('abort', cancel);
        this.#restart(Math.min(2 * retryMs, LAST_RESTART_MS));
      });
      signal.addEventListener('abort', cancel, { once: true });
    });
  }

  async #launch(): Promise<void> {
    const { start, clock } = this.#options;
    const late = new AbortController();
    const cancelTimer = clock.schedule(START_MS, () => late.abort(timedOut(START_MS)));
    const signal = AbortSignal.any([late.signal, this.#closing.signal]);
    const starting = start(signal).finally(cancelTimer);
    this.#track(starting);
    const worker = await starting;
    if (signal.aborted) return this.#stop(worker);
    this.#idle.push(worker);
    this.#next();
  }

  #stop(worker: W): void {
    this.#track(worker.stop());
  }

  #track(change: Promise<unknown>): void {
    const forget = () => void this.#changes.delete(tracked);
    const tracked: Promise<void> = change.then(forget, forget);
    this.#changes.add(tracked);
  }
}

async function settle<T>(job: () => Promise<T>, resolve: (value: T) => void, reject: (error: unknown) => void): Promise<void> {
  try {
    resolve(await job());
  } catch (error) {
    reject(error);
  }
}

function timedOut(ms: number): DocketError {
  return new DocketError('DOCKET_OCR_TIMEOUT', `not done within ${ms} ms`, { kind: 'retriable' });
}
