import { DocketError, isDocketError, type Clock } from '@docket/contracts';
import { resultOfError, type HandlerResult } from './handler-result.js';
import type { Handler, HandlerContext } from './stage.js';

/** A handler that has not settled this long after its abort will never settle. */
const STUCK_AFTER_MS = 5_000;

export interface HandlerRun {
  readonly clock: Clock;
  readonly deadlineMs: number;
  /** Aborts the handler; owned by the caller, who aborts it on revocation and shutdown. */
  readonly controller: AbortController;
  /** The handler ignores its signal: the process must end. */
  readonly onStuck: (error: DocketError) => void;
}

/**
 * Runs a handler under its deadline and always resolves, but only once the handler has settled: its key stays
 * occupied until then, so that no second run of the same record can overlap the first.
 */
export async function runHandler(
  handle: Handler, data: unknown, context: Omit<HandlerContext, 'signal'>, run: HandlerRun,
): Promise<HandlerResult> {
  let cancelStuck: (() => void) | undefined;
  const cancelDeadline = run.clock.schedule(run.deadlineMs, () => {
    run.controller.abort(new DocketError('DOCKET_HANDLER_DEADLINE', 'the handler exceeded its deadline', { kind: 'retriable' }));
    cancelStuck = run.clock.schedule(STUCK_AFTER_MS, () =>
      run.onStuck(new DocketError('DOCKET_HANDLER_STUCK', 'the handler ignores its abort signal')),
    );
  });
  try {
    return await handle(data, { ...context, signal: run.controller.signal });
  } catch (error) {
    const { reason } = run.controller.signal as { reason: unknown };
    if (isDocketError(reason)) return { kind: 'retriable', code: reason.code, message: reason.message };
    const result = resultOfError(error);
    if (result.kind === 'retriable' && result.code === 'DOCKET_UNEXPECTED') {
      context.log.error('handler failed unexpectedly', { stage: context.stage.name, err: error });
    }
    return result;
  } finally {
    cancelDeadline();
    cancelStuck?.();
  }
}
