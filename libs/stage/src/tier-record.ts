import { HEADER, type DocketCode, type Headers } from '@docket/contracts';
import type { InputRecord, OutputRecord } from './record.js';

/** What a record on a retry topic says besides its unit. */
export interface TierState {
  /** The ledger's id of the unit. */
  readonly unit: string;
  /** The try that comes next. */
  readonly attempt: number;
  readonly hop: number;
  readonly dueAt: number;
  readonly firstFailureAt: number | undefined;
  readonly operation: string;
}

const OWN: readonly string[] = [
  HEADER.attempt, HEADER.hop, HEADER.notBefore, HEADER.appendedAt, HEADER.origin, HEADER.errorCode, HEADER.firstFailure, HEADER.lastFailure,
  HEADER.operation, HEADER.unit,
];

/** A unit on its way through a retry topic: value and headers unchanged, the state of the retry in headers of its own. */
export function toTierRecord(topic: string, input: InputRecord, state: TierState, code: DocketCode, now: number): OutputRecord {
  return {
    topic,
    partition: input.partition,
    key: input.key ?? '',
    value: input.value,
    headers: {
      ...input.headers,
      [HEADER.origin]: `${input.topic}/${input.partition}/${input.offset}`,
      [HEADER.appendedAt]: String(input.timestamp),
      [HEADER.unit]: state.unit,
      [HEADER.attempt]: String(state.attempt),
      [HEADER.hop]: String(state.hop),
      [HEADER.notBefore]: String(Math.round(state.dueAt)),
      [HEADER.errorCode]: code,
      ...(state.firstFailureAt !== undefined && { [HEADER.firstFailure]: String(state.firstFailureAt), [HEADER.lastFailure]: String(now) }),
      ...(state.operation !== '' && { [HEADER.operation]: state.operation }),
    },
  };
}

/** The unit's record as it lay on the input, or undefined where this record was not made by toTierRecord. */
export function fromTierRecord(record: InputRecord): { readonly input: InputRecord; readonly state: TierState } | undefined {
  const origin = /^(.+)\/(\d{1,9})\/(\d{1,19})$/.exec(record.headers[HEADER.origin] ?? '');
  const [, topic, partition, offset] = origin ?? [];
  const attempt = whole(record.headers[HEADER.attempt]);
  const hop = whole(record.headers[HEADER.hop]);
  const dueAt = whole(record.headers[HEADER.notBefore]);
  const timestamp = whole(record.headers[HEADER.appendedAt]);
  const operation = record.headers[HEADER.operation] ?? '';
  const unit = record.headers[HEADER.unit];
  if (unit === undefined || !/^[0-9a-f]{32}$/.test(unit)) return undefined;
  if (topic === undefined || partition === undefined || offset === undefined) return undefined;
  if (attempt === undefined || hop === undefined || dueAt === undefined || timestamp === undefined) return undefined;
  return {
    input: {
      topic, partition: Number(partition), offset: BigInt(offset), timestamp, key: record.key === '' ? null : record.key, value: record.value,
      headers: { ...withoutState(record.headers), ...(operation !== '' && { [HEADER.operation]: operation, [HEADER.unit]: unit }) },
    },
    state: {
      unit, attempt, hop, dueAt, firstFailureAt: whole(record.headers[HEADER.firstFailure]), operation,
    },
  };
}

/** The unit's headers without what a retry topic, dead letter or parked record added. */
export function withoutState(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OWN.includes(name)));
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
