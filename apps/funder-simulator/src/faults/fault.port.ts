import type { Command } from '../applications/command.js';
import type { Entry } from '../journal/entry.js';

/**
 * One way in which a funder misbehaves. A fault implements the moments that it needs; a new kind is one file here,
 * one line in build-faults.ts and one member of the file's schema. A hook refuses by throwing a Refusal.
 */
export interface Fault {
  /** Any call with the right key, repeats too. */
  onArrival?(): void;
  /** A well-formed call that is no repeat. */
  onAdmission?(command: Command): void;
  /** While the call counts as in flight. */
  onWork?(): Promise<void>;
  /** After the call took effect and was remembered: true loses the answer. */
  onAnswer?(entry: Entry): boolean;
  /** A call that an earlier process accepted, at reload. */
  onRecall?(entry: Entry): void;
}
