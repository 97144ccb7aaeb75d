import { describeUnit, parseWorkUnit } from '@docket/contracts';
import type { Decoder } from './record.js';

/** Decoder of every stage behind intake: the handler is given the WorkUnit. */
export const workUnitDecoder: Decoder = (record) => {
  const unit = parseWorkUnit(record.value);
  return {
    identity: { correlationId: unit.correlationId, batchTraceId: unit.batchTraceId, digest: unit.digest, unit: describeUnit(unit) },
    data: unit,
  };
};
