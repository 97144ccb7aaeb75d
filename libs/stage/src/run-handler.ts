import { DocketError, isDocketError, type Clock } from '@docket/contracts';
import { resultOfError, type HandlerResult } from './handler-result.js';
import type { Handler, HandlerContext } from './stage.js';

/** A handler that has not settled this long after its abort will never settle. */
const STUCK_AFTER_MS = 5_000;

/** One call of a handler. Its abort signal is made when it is first asked for. */
export class HandlerRun {
  #controller: AbortController | undefined;
  #reason: DocketError | undefined;
  #cancelStuck: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    readonly startedAt: number,
    /** The handler ignores its signal, whoever gave it: the process must end. */
    private readonly onStuck: (error: DocketError) => void,
  ) {}

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#reason && !this.#controller.signal.aborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** The first reason counts. */
  abort(reason: DocketError): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#cancelStuck = this.clock.schedule(STUCK_AFTER_MS, () =>
      this.onStuck(new DocketError('DOCKET_HANDLER_STUCK', 'the handler ignores its abort signal')),
    );
  }

  /**
   * Always resolves, but only once the handler has settled: its key stays occupied until then, so that no second run of
   * the same record can overlap the first. A result of a handler that was aborted and finished all the same counts.
   */
  async of(handle: Handler, data: unknown, context: HandlerContext): Promise<HandlerResult> {
    try {
      return await handle(data, context);
    } catch (error) {
      if (this.#reason) return { kind: 'retriable', code: this.#reason.code, message: this.#reason.message };
      const result = resultOfError(error);
      if (result.kind === 'retriable' && !isDocketError(error)) {
        context.log.error('handler failed unexpectedly', { stage: context.stage.name, err: error });
      }
      return result;
    } finally {
      this.#cancelStuck?.();
    }
  }
}
