import type { OutputRecord } from './record.js';
import type { StepRecord } from './effect.js';

/** Where a topic's partition stands. */
export interface SourceBounds {
  /** Offset that the group committed; undefined where it never did, or where the broker lost it. */
  readonly committed: bigint | undefined;
  /** First record that is still there. */
  readonly low: bigint;
  /** One past the last record. */
  readonly high: bigint;
}

/** Written all together or not at all. */
export interface Transaction {
  readonly records: readonly OutputRecord[];
  /** Topic to the offset of its next record to read; the partition is the task's own. */
  readonly offsets: ReadonlyMap<string, bigint>;
}

/**
 * One partition number of a stage on the broker, for one life of a task. All topics are the catalogue's names, and all of
 * them are meant with the task's partition number. A new life gets a new port.
 */
export interface TaskPort {
  /**
   * From its resolution on no commit of an earlier holder of the partition can succeed, and what such a holder left open
   * is ended.
   */
  fence(): Promise<void>;
  /**
   * Atomic, and visible to read-committed readers only once it resolves or a reader of the outcome says so. One at a time.
   * A rejection says nothing of the outcome; the port is unusable afterwards. Rejects for good once a later holder fenced.
   */
  commit(transaction: Transaction): Promise<void>;
  /** As the broker knows them when asked; after fence() no open commit can change them any more. */
  bounds(topics: readonly string[]): Promise<ReadonlyMap<string, SourceBounds>>;
  /**
   * The next record delivered from the topic is the first one at or behind this offset, and then each committed record in
   * order, none passed over, also where a fetch was under way. A rebalance forgets it.
   */
  seek(topic: string, offset: bigint): void;
  /** Deliveries stop soon; some may still come. Survives until resume(). Every topic starts paused. */
  pause(topic: string): void;
  resume(topic: string): void;
  /** Resolves when the audit log has acknowledged them, however long that takes. Not part of any transaction. */
  audit(steps: readonly StepRecord[]): Promise<void>;
  /** Writes outside any transaction; resolves with the broker's acknowledgement. For intents of calls to the outside. */
  write(records: readonly OutputRecord[]): Promise<void>;
  /** Until when nobody else can own the partition, milliseconds since the epoch. */
  leaseUntil(): number;
  /** Frees connections. Never throws. Called once. */
  close(): Promise<void>;
}

/** What a group of tasks needs of its group membership. */
export interface MembershipPort {
  /** A port for a new life of this partition's task. */
  open(partition: number): TaskPort;
  /** Resolves when the group has acknowledged a heartbeat that was sent later than `time` (ms), or a join that was. */
  heartbeatAfter(time: number): Promise<void>;
}
