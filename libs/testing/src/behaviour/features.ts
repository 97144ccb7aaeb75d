/** What an adapter of the ports of @docket/stage guarantees. What it does not is not tried on it. */
export interface Features {
  /** Of all holders of a partition only the last to fence commits. */
  readonly fencing: boolean;
  /** Records and offsets become visible together. */
  readonly transactions: boolean;
  /** What is not committed is never delivered. */
  readonly readCommitted: boolean;
  /** An open transaction holds readers back until it is ended. */
  readonly lastStableOffset: boolean;
  /** Each record in offset order, none passed over, none twice. */
  readonly ordering: boolean;
  /** The next record delivered is the first at or behind the offset sought, also where a fetch was under way. */
  readonly exactSeeks: boolean;
  /** A paused topic stands still, a resumed one goes on where it stopped. */
  readonly pauses: boolean;
  /** Partitions are shared out among members, and stay where they are while they can. */
  readonly membership: boolean;
}

export const ALL_FEATURES: Features = {
  fencing: true, transactions: true, readCommitted: true, lastStableOffset: true, ordering: true, exactSeeks: true, pauses: true, membership: true,
};
