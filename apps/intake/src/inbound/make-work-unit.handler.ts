import { HEADER, InvalidPayloadError } from '@docket/contracts';
import { emit, type HandlerResult } from '@docket/stage';
import type { Inbound } from './read-inbound.js';

/** The work unit of an inbound record, or its rejection where the envelope is at fault. */
export function makeWorkUnit(topic: string, { unit, subject, traceparent, violations }: Inbound): HandlerResult {
  if (violations.length > 0) throw new InvalidPayloadError(violations);
  return emit([
    {
      topic,
      key: unit.kind === 'grant' ? subject : documentKey(unit.payload, subject),
      type: `docket.${unit.kind}.work-unit.v1`,
      value: Buffer.from(JSON.stringify(unit)),
      headers: { [HEADER.orderKey]: subject, [HEADER.traceparent]: traceparent },
    },
  ]);
}

/** Records are keyed by document digest; one without any is rejected later, in its subject's order. */
function documentKey(payload: unknown, subject: string): string {
  const digest: unknown = typeof payload === 'object' && payload !== null && 'digest' in payload ? payload.digest : undefined;
  return typeof digest === 'string' && digest !== '' && digest.length <= 200 ? digest : subject;
}
