import { DocketError } from '@docket/contracts';
import { ValidationPipe } from '@nestjs/common';
import type { TopicRole } from './topics.js';
import { UnitDto } from './unit.dto.js';

/** The same work for every subject; only how records are moved differs. */
export interface Hop {
  readonly name: string;
  readonly from: TopicRole;
  readonly to: TopicRole;
  /** From a record's parsed value to the next record's value. Throws where the payload is not what it must be. */
  apply(payload: object): object | Promise<object>;
}

/** What the last hop writes. */
export interface OutcomeOfUnit {
  readonly id: string;
  readonly subject: string;
  readonly sequence: number;
}

/** As strict as Docket's own: no coercion, unknown properties refused. */
const strict = new ValidationPipe({
  transform: true,
  transformOptions: { enableImplicitConversion: false },
  whitelist: true,
  forbidNonWhitelisted: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: true },
});

export const HOPS: readonly Hop[] = [
  { name: 'receive', from: 'in', to: 'a', apply: (payload) => payload },
  { name: 'validate', from: 'a', to: 'b', apply: validated },
  { name: 'conclude', from: 'b', to: 'out', apply: (payload) => outcomeOf(payload as UnitDto) },
];

/** Parses a record's value. Throws DOCKET_BENCH_PAYLOAD where it is no JSON object. */
export function parsePayload(value: Buffer | null): object {
  const payload: unknown = value === null ? null : JSON.parse(value.toString());
  if (typeof payload !== 'object' || payload === null) throw new DocketError('DOCKET_BENCH_PAYLOAD', 'a record of the pipeline is no JSON object');
  return payload;
}

/** A hop from bytes to text, for subjects that leave parsing to their user. */
export async function applyHop(hop: Hop, value: Buffer | null): Promise<string> {
  return JSON.stringify(await hop.apply(parsePayload(value)));
}

async function validated(payload: object): Promise<object> {
  return (await strict.transform(payload, { type: 'body', metatype: UnitDto })) as UnitDto;
}

/** Hop 2 has checked it. */
function outcomeOf({ id, subject, sequence }: UnitDto): OutcomeOfUnit {
  return { id, subject, sequence };
}
