import { DocketError } from '@docket/contracts';
import { KAFKA_ERROR, RefusedError } from './refused-error.js';

/** What the broker answers to a producer whose transactional id another has taken over since. */
const FENCED: readonly number[] = [KAFKA_ERROR.invalidProducerEpoch, KAFKA_ERROR.producerFenced];

/**
 * The error of a writer that is of no use any more: DOCKET_FENCED where another writer has taken over its ids or the
 * broker has ended its transaction, else DOCKET_COMMIT. Both retriable, with a new writer. Neither holds content.
 */
export function commitFailure(cause: unknown): DocketError {
  return cause instanceof RefusedError && FENCED.includes(cause.errorCode)
    ? new DocketError('DOCKET_FENCED', 'another writer has taken over the transactional id, or the transaction took too long', { kind: 'retriable', cause })
    : new DocketError('DOCKET_COMMIT', 'the outcome of a transaction is unknown', { kind: 'retriable', cause });
}
