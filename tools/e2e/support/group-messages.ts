/** What a group member is started with, as JSON in its first argument. */
export interface GroupMemberOptions {
  readonly brokers: readonly string[];
  readonly group: string;
  readonly instance: string;
  readonly input: string;
  readonly ledger: string;
  readonly sessionTimeoutMs: number;
  readonly marginMs: number;
  /** How long it drains before each join. */
  readonly drainMs: number;
}

/** What a group member tells. Times in milliseconds since the epoch, by its own clock. */
export type GroupMessage =
  | { readonly kind: 'started' | 'stopped'; readonly at: number }
  | { readonly kind: 'drained'; readonly first: boolean; readonly from: number; readonly at: number }
  /** A JoinGroup was sent at `at`. */
  | { readonly kind: 'join-sent'; readonly at: number }
  | { readonly kind: 'joined'; readonly partitions: readonly number[]; readonly at: number }
  | { readonly kind: 'opened' | 'closed' | 'ran'; readonly partition: number; readonly at: number }
  | { readonly kind: 'lease'; readonly sentAt: number; readonly until: number; readonly at: number }
  /** It stood still until `at`, and what the lease said at once; `alive`: when the lease was sure that it is no zombie. */
  | { readonly kind: 'woke'; readonly until: number; readonly at: number }
  | { readonly kind: 'alive'; readonly at: number };

export type GroupCommand = 'stop' | 'crash';
