import type { InputRecord } from './record.js';
import type { Source } from './source.js';
import type { UnitRef } from './unit-ref.js';

/** A unit that a task holds in memory, from its delivery to the commit that ends this pass. */
export interface Work {
  /** As it lay on the input: also the offset by which the order of its key is told. */
  readonly record: InputRecord;
  readonly ref: UnitRef;
  readonly key: string;
  readonly group: string;
  readonly bytes: number;
  /** Id of the redrive or release that put it back; '' where none did. */
  readonly operation: string;
  /** Where it was delivered from in this pass. */
  readonly source: Source;
  readonly sourceOffset: bigint;
  /** The try that comes next, from 1. */
  readonly attempt: number;
  /** Passes through retry topics so far. */
  readonly hop: number;
  readonly firstFailureAt: number | undefined;
  /** When it came from the input, milliseconds by the task's clock; 0 where it came from a retry topic. */
  readonly arrivedAt: number;
  /** When a retry was to start, milliseconds; 0 on the first pass. */
  readonly dueAt: number;
}
