import { DocketError, isDocketError, type Clock } from '@docket/contracts';
import type { CallPort } from '@docket/stage';
import type { FunderConnector, Receipt, RepeatCapability, SubmitRequest } from '../connectors/connector.port.js';
import { effectOf, FunderError } from '../connectors/funder-error.js';

const EARLIER = 'an earlier call had no known end';
const LAST_TRY = 'the last try had no known end';
const ASK = 'Ask the funder for its reference, the correlation id; release the unit where the funder does not have it, and leave it where it does';
/** A call that was allowed is sent within this time, or not at all: as long as it takes to write the intent. */
const SEND_WITHIN_MS = 1_000;
/** A call that was sent takes effect within so many deadlines, or never: before that a look-up that finds nothing says nothing. */
const EFFECT_DEADLINES = 2;

export interface SafeSubmission extends Omit<SubmitRequest, 'commence'> {
  readonly funder: string;
  readonly connector: FunderConnector;
  /** Longest time of one call, milliseconds. */
  readonly deadlineMs: number;
  readonly calls: CallPort;
  readonly clock: Clock;
  /** When an operator's redrive or release put the unit back, milliseconds since the epoch: what came of it before is not known here. */
  readonly putBackAt: number | undefined;
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
async function keyed({ connector, unit, reference, signal, calls, lastTry, funder }: SafeSubmission): Promise<Receipt> {
  // Of a time when the registry said that the funder recognises no key: so that one may have had none.
  if (calls.inDoubtSince !== undefined) throw inDoubt(funder, EARLIER);
  const call = { begun: false };
  const commence = () => {
    call.begun = true;
    return Promise.resolve(Infinity);
  };
  try {
    return await connector.submit({ unit, reference, signal, commence });
  } catch (error) {
    if (!lastTry || !call.begun || effectOf(error) === 'none' || !usesUpTry(error, signal)) throw error;
    throw inDoubt(funder, LAST_TRY, error, 'Release the unit: the funder recognises a repeat by its key');
  }
}

/** In doubt, the funder is asked first; what it does not have is submitted. */
async function lookedUp(submission: SafeSubmission): Promise<Receipt> {
  const { connector, unit, reference, signal, calls, putBackAt, lastTry, funder } = submission;
  const since = calls.inDoubtSince ?? putBackAt;
  try {
    const found = since === undefined ? undefined : await connector.lookUp?.({ reference, signal });
    if (found) {
      calls.settled();
      return found;
    }
  } catch (error) {
    throw lastTry && usesUpTry(error, signal) ? inDoubt(funder, 'the look-up keeps failing', error) : error;
  }
  if (since !== undefined) mustBeOver(submission, since);
  const { sendBy } = await begin(submission, false);
  try {
    const receipt = await connector.submit({ unit, reference, signal, commence: () => Promise.resolve(sendBy) });
    calls.settled();
    return receipt;
  } catch (error) {
    if (effectOf(error) === 'none') calls.settled();
    // Tried no more, it could not be looked up any more either.
    else if (lastTry && usesUpTry(error, signal)) throw inDoubt(funder, LAST_TRY, error);
    throw error;
  }
}

/** What the funder does not have it may still be about to take: a slow call, or one whose sender is dead. */
function mustBeOver({ clock, deadlineMs, funder, lastTry }: SafeSubmission, since: number): void {
  const rest = since + SEND_WITHIN_MS + EFFECT_DEADLINES * deadlineMs - clock.now();
  if (rest <= 0) return;
  if (lastTry) throw inDoubt(funder, 'the funder does not have it yet, but an earlier call may still take effect');
  throw new FunderError('DOCKET_FUNDER_BUSY', `the funder does not have the grant, but an earlier call may still take effect (${funder})`, 'none', { kind: 'retriable', retryAfterMs: rest });
}

/** Throttled, or stopped by a hand-over or shutdown, the same try comes again: the funder can still be asked then. */
function usesUpTry(error: unknown, signal: AbortSignal): boolean {
  if (isDocketError(error) && error.kind !== 'retriable') return false;
  return !signal.aborted || (isDocketError(signal.reason) && signal.reason.code === 'DOCKET_HANDLER_DEADLINE');
}

/** A call that may have taken effect is never repeated. */
async function once(submission: SafeSubmission): Promise<Receipt> {
  const { connector, unit, reference, signal, calls, funder } = submission;
  // Before anything else may fail: what is refused or given up now may have been submitted then.
  if (calls.inDoubtSince !== undefined) throw inDoubt(funder, EARLIER);
  const call = { begun: false };
  const commence = async () => {
    const { sendBy } = await begin(submission, true);
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

async function begin({ calls, clock, deadlineMs }: SafeSubmission, fenced: boolean): Promise<{ sendBy: number }> {
  const sendBy = clock.now() + SEND_WITHIN_MS;
  try {
    // Sent at the last moment, the call still ends within the lease.
    await calls.begin({ deadlineMs: SEND_WITHIN_MS + deadlineMs, fenced });
  } catch (error) {
    // Nothing was sent, and nothing from before is open any more.
    calls.settled();
    throw error;
  }
  return { sendBy };
}

function inDoubt(funder: string, why: string, cause?: unknown, advice = ASK): DocketError {
  return new DocketError('DOCKET_IN_DOUBT', `the grant may or may not have been submitted: ${why} (${funder}). ${advice}`, { kind: 'park', cause });
}
