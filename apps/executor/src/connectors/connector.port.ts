import type { WorkUnit } from '@docket/contracts';

/** What a funder can do with a call that comes twice; decides how a call in doubt is handled after a crash. */
export type RepeatCapability = 'idempotency-key' | 'look-up' | 'none';

export interface SubmitRequest {
  readonly unit: WorkUnit;
  /** The same for every attempt of a unit, and of no other: its correlation id. Visible ASCII, at most 200. */
  readonly idempotencyKey: string;
  /** Ends the submission: deadline of the handler, revocation, shutdown. */
  readonly signal: AbortSignal;
}

export interface Receipt {
  /** The funder's own reference of the submission. */
  readonly receiptId: string;
  readonly applicationId: string;
  /** The funder recognised a repeat: the submission took effect before. */
  readonly replayed: boolean;
}

/** A way to one funder. Calls may run side by side; each is bounded in time and memory. */
export interface FunderConnector {
  readonly capabilities: { readonly repeat: RepeatCapability };

  /**
   * Submits a grant, or finds that it was submitted. A failed call is never tried again in here: the stage owns the
   * retries. A throttled one may be waited out where the submission is under way already.
   * Throws a DocketError:
   * - DOCKET_FUNDER_THROTTLED (throttled; retryAfterMs where the funder says it): over its rate or quota
   * - DOCKET_FUNDER_UNAVAILABLE (retriable; retryAfterMs likewise): 5xx, busy with this unit, no connection
   * - DOCKET_FUNDER_TIMEOUT (retriable): no answer within the deadline; the call may have taken effect
   * - DOCKET_FUNDER_STOPPED (retriable): `signal` ended it; the call may have taken effect
   * - DOCKET_FUNDER_ANSWER (retriable): an answer that is not of the protocol
   * - DOCKET_FUNDER_ENDPOINT (retriable): the address, competition or form of the registry is not there
   * - DOCKET_FUNDER_REFUSED (invalid): the funder refuses the application itself
   * - DOCKET_FUNDER_CONFLICT (conflict): the key was used before for another body
   * - DOCKET_FUNDER_CREDENTIALS (throttled): the key is not accepted; this funder waits until a person has mended it
   * - DOCKET_GRANT_PAYLOAD (poison): the unit is no grant that the connector can map
   * Messages hold the funder's id, the step and the status, never payload or what the funder wrote.
   */
  submit(request: SubmitRequest): Promise<Receipt>;

  /** Resolves when calls under way have ended and connections are closed. */
  close(): Promise<void>;
}
