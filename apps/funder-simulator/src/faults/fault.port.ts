import type { Entry } from '../journal/entry.js';
import type { CallStep } from './call-step.js';

/** How an answer gets lost: the connection is closed (FIN), or reset (RST). */
export type Cut = 'close' | 'reset';

/**
 * One way in which a funder misbehaves. A fault implements the moments that it needs; a new kind is one file here,
 * one case in build-faults.ts and one member of faultSchema. A hook refuses by throwing a Refusal, or by throwing
 * a Disconnection where there is to be no answer at all.
 */
export interface Fault {
  /** Any call with the right key, repeats too. */
  onArrival?(step: CallStep): void;
  /** A well-formed call that is no repeat. */
  onAdmission?(step: CallStep): void;
  /** While the call counts as in flight. */
  onWork?(step: CallStep): Promise<void>;
  /** After the call took effect and was remembered: how its answer gets lost, where it does. */
  onAnswer?(step: CallStep): Cut | undefined;
  /** A call that an earlier process accepted, at reload. */
  onRecall?(entry: Entry): void;
}
