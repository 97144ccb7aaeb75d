import type { Headers, UnitDescriptor } from '@docket/contracts';

/** A record as it was read. Key and headers are copies: they do not pin the fetch they came in. */
export interface InputRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  /** The broker's LogAppendTime, milliseconds. */
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
  /** Key or headers were larger than any writer needs and are cut off: the record is poison. */
  readonly oversized?: boolean;
}

/** What a record takes in memory, roughly. */
export function bytesOf({ value }: InputRecord): number {
  return (value?.length ?? 0) + 1024;
}

/** A record to be written: to `partition` where given, else by murmur2 (as in Java clients) of `partitionKey` or the key. */
export interface OutputRecord {
  readonly topic: string;
  readonly partition?: number;
  readonly partitionKey?: string;
  readonly key: string;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** Who a record is about, as far as it can be told without trusting its payload. */
export interface UnitIdentity {
  readonly correlationId: string;
  readonly batchTraceId: string;
  /** SHA-256 (hex) of the payload, or of the raw value where it cannot be read. */
  readonly digest: string;
  readonly unit?: UnitDescriptor;
}

/** What a stage's decoder makes of a record. */
export interface Decoded {
  readonly identity: UnitIdentity;
  /** What the handler is given. */
  readonly data: unknown;
}

/** Reads a record of the stage's input. Throws a DocketError of kind `poison` where it cannot be read. */
export type Decoder = (record: InputRecord) => Decoded;
