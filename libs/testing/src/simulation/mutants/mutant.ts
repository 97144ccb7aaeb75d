import type { InputRecord, TaskPort } from '@docket/stage';
import type { PortSurroundings } from '../member/simulated-task-port.js';
import type { Guarantee } from '../check/violation.js';

/** A deliberate bug. */
export interface Mutant {
  readonly name: string;
  /** What it must be found by, one of these at least. */
  readonly breaks: readonly Guarantee[];
  readonly makePort?: (partition: number, around: PortSurroundings) => TaskPort;
  /** Changes what consumers are given. */
  readonly deliver?: (record: InputRecord) => InputRecord;
  /** Consumers see what is not committed. */
  readonly uncommitted?: boolean;
  /** Changes a class of the core; what it returns puts it back. */
  readonly patch?: () => () => void;
}
