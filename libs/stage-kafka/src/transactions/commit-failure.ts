import { DocketError, isDocketError } from '@docket/contracts';
import { KAFKA_ERROR, RefusedError } from './refused-error.js';

/** What the broker answers to a producer whose transactional id another has taken over since. */
const FENCED: readonly number[] = [KAFKA_ERROR.invalidProducerEpoch, KAFKA_ERROR.producerFenced];

/** Message or batch too large, topic, group, cluster or transactional id not authorized, unsupported version: no repeat can help. */
const HOPELESS: readonly number[] = [10, 18, 29, 30, 31, 35, 53];

/**
 * The error of a writer that is of no use any more: DOCKET_FENCED where another writer has taken over its ids or the
 * broker has ended its transaction, DOCKET_COMMIT_REFUSED (critical) where it will never take this, else DOCKET_COMMIT. The
 * others are retriable, with a new writer. None holds content.
 */
export function commitFailure(cause: unknown): DocketError {
  if (isDocketError(cause) && cause.kind === 'critical') return cause;
  if (cause instanceof RefusedError && HOPELESS.includes(cause.errorCode)) {
    return new DocketError('DOCKET_COMMIT_REFUSED', `the broker refuses this for good (error ${cause.errorCode}): rights, sizes or versions do not fit`, { cause });
  }
  return cause instanceof RefusedError && FENCED.includes(cause.errorCode)
    ? new DocketError('DOCKET_FENCED', 'another writer has taken over the transactional id, or the transaction took too long', { kind: 'retriable', cause })
    : new DocketError('DOCKET_COMMIT', 'the outcome of a transaction is unknown', { kind: 'retriable', cause });
}
