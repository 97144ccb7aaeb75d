/** What must hold; the names that a report gives. */
export const GUARANTEES = [
  'exactly-once', 'nothing-lost', 'key-order', 'no-overlap', 'ledger-agrees', 'watermark', 'no-early-retry', 'duplicates-dropped',
  'conflict-once', 'audit-first', 'in-doubt-known', 'progress', 'no-critical', 'port-contract',
] as const;
export type Guarantee = (typeof GUARANTEES)[number];

export interface Violation {
  readonly guarantee: Guarantee;
  readonly detail: string;
}
