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
  /** The handler ignores its signal, whoever gave it: the process must end. */
  readonly onStuck: (error: DocketError) => void;
}

/**
 * Runs a handler under its deadline and always resolves, but only once the handler has settled: its key stays
 * occupied until then, so that no second run of the same record can overlap the first.
 */
export async function runHandler(
  handle: Handler, data: unknown, context: Omit<HandlerContext, 'signal'>, run: HandlerRun,
): Promise<HandlerResult> {
  const { clock, controller, deadlineMs, onStuck } = run;
  const { signal } = controller;
  let cancelStuck: (() => void) | undefined;
  signal.addEventListener('abort', () => {
    cancelStuck = clock.schedule(STUCK_AFTER_MS, () => onStuck(new DocketError('DOCKET_HANDLER_STUCK', 'the handler ignores its abort signal')));
  });
  const cancelDeadline = clock.schedule(deadlineMs, () =>
    controller.abort(new DocketError('DOCKET_HANDLER_DEADLINE', 'the handler exceeded its deadline', { kind: 'retriable' })),
  );
  try {
    return await handle(data, { ...context, signal });
  } catch (error) {
    const reason: unknown = signal.reason;
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
