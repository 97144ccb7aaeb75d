/** Value of `deadlines.clocks`, keyed by request id. Dates are calendar dates of the jurisdiction. */
export interface DeadlineClock {
  readonly requestId: string;
  readonly tenant: string;
  readonly jurisdiction: string;
  readonly receivedOn: string;
  readonly kind: string;
  readonly days: number;
  readonly unit: 'working-days';
  readonly citation: string;
  /** Day on which 80% of the days are consumed. */
  readonly escalateOn: string;
  readonly dueOn: string;
  /** Days that do not count between receipt and due day, with the reason. */
  readonly skipped: readonly { readonly date: string; readonly reason: string }[];
  /** Version of the holiday table that this derivation used. */
  readonly holidays: string;
}
