import type { WorkUnit } from '@docket/contracts';

/** What a funder can do with a call that comes twice; decides how a call in doubt is handled. */
export type RepeatCapability = 'idempotency-key' | 'look-up' | 'none';

export interface SubmitRequest {
  readonly unit: WorkUnit;
  /** The same for every attempt of a unit, and of no other: its correlation id. Visible ASCII, at most 200. */
  readonly reference: string;
  /** Ends the submission: deadline of the handler, revocation, shutdown. */
  readonly signal: AbortSignal;
  /**
   * To be awaited right before the one call that takes effect, and then passed on as its `sendBy`: the time, in milliseconds
   * since the epoch, from which on that call must not be sent any more. What it throws ends the submission, nothing sent.
   */
  readonly commence: () => Promise<number>;
}

export type LookUpRequest = Pick<SubmitRequest, 'reference' | 'signal'>;

export interface Receipt {
  /** The funder's own reference of the submission. */
  readonly receiptId: string;
  /** Where the funder names one besides. */
  readonly applicationId?: string;
  /** The funder recognised a repeat, or was found to have the submission: it took effect before. */
  readonly replayed: boolean;
}

/** A way to one funder. Calls may run side by side; each is bounded in time and memory. */
export interface FunderConnector {
  readonly capabilities: { readonly repeat: RepeatCapability };

  /**
   * Submits a grant. A failed call is never tried again in here, but for one whose credential was replaced meanwhile: the
   * stage owns the retries. A throttled one may be waited out where the submission is under way already and a key
   * covers the repeat.
   * Throws a FunderError, whose `effect` tells whether the submission may have been made:
   * - DOCKET_FUNDER_THROTTLED (throttled; retryAfterMs where the funder says it): over its rate or quota
   * - DOCKET_FUNDER_UNAVAILABLE (retriable; retryAfterMs likewise): 5xx, no connection
   * - DOCKET_FUNDER_BUSY (retriable; retryAfterMs likewise): busy with this unit (408, 409, 425)
   * - DOCKET_FUNDER_TIMEOUT (retriable): no answer within the deadline
   * - DOCKET_FUNDER_STOPPED (retriable): `signal` ended it
   * - DOCKET_FUNDER_ANSWER (retriable): an answer that is not of the protocol
   * - DOCKET_FUNDER_ENDPOINT (retriable): the address, competition or form of the registry is not there
   * - DOCKET_FUNDER_REFUSED (invalid): the funder refuses the application itself
   * - DOCKET_FUNDER_CONFLICT (conflict): the key was used before for another body
   * - DOCKET_FUNDER_CREDENTIALS (throttled): the key is not accepted; this funder waits until a person has mended it
   * or another DocketError where no call was made:
   * - DOCKET_CREDENTIAL (throttled): the credential cannot be read
   * - DOCKET_GRANT_PAYLOAD (poison): the unit is no grant that the connector can map
   * Messages hold the funder's id, the step and the status, never payload or what the funder wrote.
   */
  submit(request: SubmitRequest): Promise<Receipt>;

  /**
   * Whether a submission with this reference was made; undefined: it was not. Of connectors whose `repeat` is `look-up`.
   * Throws as submit() does where the funder does not say.
   */
  lookUp?(request: LookUpRequest): Promise<Receipt | undefined>;

  /** Resolves when calls under way have ended and connections are closed. */
  close(): Promise<void>;
}
