/** One figure of one subject. */
export interface Measurement {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
}

/** What a subject yielded in a round; rounds count from 1. */
export interface Sample extends Measurement {
  readonly subject: string;
  readonly round: number;
}
