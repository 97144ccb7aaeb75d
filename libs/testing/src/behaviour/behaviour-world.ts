import type { InputRecord, MembershipPort } from '@docket/stage';

/** Partitions of every topic. */
export const PARTITIONS = 2;

/** What a membership drives: the part of a TaskGroup that records here what it is told. */
export interface DrivenGroup {
  beforeJoin(): Promise<void>;
  assigned(partitions: readonly number[], options: { readonly newMember: boolean }): void;
  accept(topic: string, partition: number, records: readonly InputRecord[], next: bigint): void;
  claims(): { partition: number; marker: bigint }[];
}

/** An instance that has joined, or is about to. */
export interface Member extends MembershipPort {
  leave(): Promise<void>;
}

/** A broker with topics and a group of its own, behind one adapter. */
export interface BehaviourWorld {
  readonly topics: {
    readonly input: string;
    readonly retry: string;
    readonly ledger: string;
    /** That nothing else uses. */
    readonly probe: string;
    /** That no member reads. */
    readonly out: string;
  };
  join(group: DrivenGroup): Promise<Member>;
  /** Appends outside any transaction. */
  append(topic: string, partition: number, values: readonly string[]): Promise<void>;
  /** Leaves a transaction of the partition's task open, with this record in it: what a crash leaves. */
  abandon(partition: number, topic: string, value: string): Promise<void>;
  /** Committed values of a partition, for a reader of its own. */
  read(topic: string, partition: number): Promise<string[]>;
  /** Milliseconds since the epoch, by the clock that leases are told in. */
  now(): number;
  close(): Promise<void>;
}
