import { DocketError } from '@docket/contracts';
import { describeExit, GuardedProcess, ProcessLog } from '@docket/testing';
import { subjectFile } from '../find-bench.js';
import { READY } from './run-subject.js';

/** A subject in a process of its own, which never outlives this one. */
export class SubjectProcess {
  readonly #subject: string;
  readonly #process: GuardedProcess;
  #stopping = false;

  /** `settings` become the JSON of the subject's only argument. */
  constructor(subject: string, settings: object) {
    this.#subject = subject;
    this.#process = GuardedProcess.start({
      command: process.execPath,
      args: [subjectFile(subject), JSON.stringify(settings)],
      log: new ProcessLog({ tailLines: 400 }),
    });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Resolves when the subject says that it consumes. Throws DOCKET_BENCH_SUBJECT (critical) where it does not. */
  async untilReady(timeoutMs = 120_000): Promise<void> {
    await this.untilLine((line) => line === READY, timeoutMs);
  }

  /**
   * Resolves to the first line of the subject's output, from now on or among the last ones, that fits. Throws
   * DOCKET_BENCH_SUBJECT (critical) where the subject ends before, or the time is up.
   */
  async untilLine(fits: (line: string) => boolean, timeoutMs: number): Promise<string> {
    const said = this.#process.log.tail().find(fits);
    if (said !== undefined) return said;
    const cleanUp: (() => void)[] = [];
    const line = new Promise<string>((resolve) => cleanUp.push(this.#process.log.onLine((text) => fits(text) && resolve(text))));
    const late = new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(this.#failure(`did not say so within ${timeoutMs / 1000} s`)), timeoutMs);
      cleanUp.push(() => clearTimeout(timer));
    });
    try {
      return await Promise.race([line, late, this.gone()]);
    } finally {
      for (const undo of cleanUp) undo();
    }
  }

  /** Rejects with DOCKET_BENCH_SUBJECT (critical) when the subject ends by itself; never resolves. */
  async gone(): Promise<never> {
    const exit = await this.#process.exited;
    if (this.#stopping) return new Promise<never>(() => undefined);
    throw this.#failure(`ended by itself (${describeExit(exit)})`);
  }

  /** SIGTERM; SIGKILL where that does not help. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#process.stop();
  }

  #failure(problem: string): DocketError {
    const said = this.#process.log.tail(20).join('\n');
    return new DocketError('DOCKET_BENCH_SUBJECT', `the subject ${this.#subject} ${problem}; it said:\n${said || '(nothing)'}`);
  }
}
