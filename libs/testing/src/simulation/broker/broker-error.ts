/** What the broker, or the way to it, answers instead of a result. */
export class BrokerError extends Error {
  constructor(readonly type: 'INVALID_PRODUCER_EPOCH' | 'INVALID_TXN_STATE' | 'UNKNOWN_MEMBER_ID' | 'ILLEGAL_GENERATION' | 'REQUEST_TIMED_OUT' | 'CONNECTION') {
    super(type);
    this.name = 'BrokerError';
  }
}
