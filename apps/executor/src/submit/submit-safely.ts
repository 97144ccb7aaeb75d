import { DocketError, isDocketError, type Clock } from '@docket/contracts';
import type { CallPort } from '@docket/stage';
import type { FunderConnector, Receipt, RepeatCapability, SubmitRequest } from '../connectors/connector.port.js';
import { effectOf } from '../connectors/funder-error.js';

const EARLIER = 'an earlier call had no known end';
/** A call that was allowed is sent within this time, or not at all: as long as it takes to write the intent. */
const SEND_WITHIN_MS = 1_000;

export interface SafeSubmission extends Omit<SubmitRequest, 'commence'> {
  readonly funder: string;
  readonly connector: FunderConnector;
  /** Longest time of one call, milliseconds. */
  readonly deadlineMs: number;
  readonly calls: CallPort;
  readonly clock: Clock;
  /** A redrive or release put the unit back: what came of it before is not known here. */
  readonly wasPutBack: boolean;
  /** A failure now is the last one. */
  readonly lastTry: boolean;
}

/**
 * Submits so that a repeat never makes a second submission (docs/guarantees.md), in the way that the funder allows.
 * Throws what the connector throws, what CallPort.begin() throws, and DOCKET_IN_DOUBT (park): the submission may have been made, and
 * only a person can find out.
 */
export function submitSafely(submission: SafeSubmission): Promise<Receipt> {
  return WAYS[submission.connector.capabilities.repeat](submission);
}

const WAYS: Readonly<Record<RepeatCapability, (submission: SafeSubmission) => Promise<Receipt>>> = {
  'idempotency-key': keyed, 'look-up': lookedUp, none: once,
};

/** No intent is kept: each repeat has the same key, whatever became of the call before. */
function keyed({ connector, unit, reference, signal }: SafeSubmission): Promise<Receipt> {
  return connector.submit({ unit, reference, signal, commence: () => Promise.resolve(Infinity) });
}

/** In doubt, the funder is asked first; what it does not have is submitted. */
async function lookedUp(submission: SafeSubmission): Promise<Receipt> {
  const { connector, unit, reference, signal, calls, wasPutBack, lastTry, funder } = submission;
  let commenced = await begin(submission, false);
  const asks = commenced.inDoubt || wasPutBack;
  try {
    if (asks) {
      const found = await connector.lookUp?.({ reference, signal });
      if (found) {
        calls.settled();
        return found;
      }
      // That took its time: the call needs a lease of its own.
      commenced = await begin(submission, false);
    }
  } catch (error) {
    throw lastTry && usesUpTry(error, signal) ? inDoubt(funder, 'the look-up keeps failing', error) : error;
  }
  try {
    const receipt = await connector.submit({ unit, reference, signal, commence: () => Promise.resolve(commenced.sendBy) });
    calls.settled();
    return receipt;
  } catch (error) {
    if (effectOf(error) === 'none') calls.settled();
    // Tried no more, it could not be looked up any more either.
    else if (lastTry && usesUpTry(error, signal)) throw inDoubt(funder, 'the last try had no known end', error);
    throw error;
  }
}

/** Throttled, or stopped by a hand-over or shutdown, the same try comes again: the funder can still be asked then. */
function usesUpTry(error: unknown, signal: AbortSignal): boolean {
  if (isDocketError(error) && error.kind === 'throttled') return false;
  return !signal.aborted || (isDocketError(signal.reason) && signal.reason.code === 'DOCKET_HANDLER_DEADLINE');
}

/** A call that may have taken effect is never repeated. */
async function once(submission: SafeSubmission): Promise<Receipt> {
  const { connector, unit, reference, signal, calls, funder } = submission;
  // Before anything else may fail: what is refused or given up now may have been submitted then.
  if (calls.inDoubt) throw inDoubt(funder, EARLIER);
  const call = { begun: false };
  const commence = async () => {
    const { inDoubt: before, sendBy } = await begin(submission, true);
    if (before) throw inDoubt(funder, EARLIER);
    call.begun = true;
    return sendBy;
  };
  try {
    const receipt = await connector.submit({ unit, reference, signal, commence });
    calls.settled();
    return receipt;
  } catch (error) {
    if (!call.begun) throw error;
    if (effectOf(error) === 'unknown') throw inDoubt(funder, 'the call had no known end', error);
    calls.settled();
    throw error;
  }
}

async function begin({ calls, clock, deadlineMs }: SafeSubmission, fenced: boolean): Promise<{ inDoubt: boolean; sendBy: number }> {
  const sendBy = clock.now() + SEND_WITHIN_MS;
  // Sent at the last moment, the call still ends within the lease.
  const { inDoubt } = await calls.begin({ deadlineMs: SEND_WITHIN_MS + deadlineMs, fenced });
  return { inDoubt, sendBy };
}

function inDoubt(funder: string, why: string, cause?: unknown): DocketError {
  return new DocketError(
    'DOCKET_IN_DOUBT',
    `the grant may or may not have been submitted: ${why} (${funder}). Ask the funder for its reference, the correlation id; ` +
      'release the unit where the funder does not have it, and leave it where it does',
    { kind: 'park', cause },
  );
}
