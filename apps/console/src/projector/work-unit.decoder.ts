import { describeUnit, parseWorkUnit, poison } from '@docket/contracts';
import type { FactDecoder } from './fact.js';
import { orderKey } from './order-key.js';
import { intakeOf, progressOf } from './progress.js';
import { instant, storable } from './readable.js';

/** `grants.work-units`, `records.<lane>.work-units`: a unit as intake made it. Of its payload only the identifiers are kept. */
export const decodeWorkUnit: FactDecoder = (record) => {
  const intake = intakeOf(record.topic);
  if (!intake) throw poison('DOCKET_WORK_UNIT', 'no stage makes work units of this topic');
  const unit = parseWorkUnit(record.value);
  const received = instant.safeParse(unit.receivedAt);
  if (!received.success) throw poison('DOCKET_WORK_UNIT', 'the work unit has a time that there is not');
  const { kind, tenant, digest, ids } = describeUnit(unit);
  const { rank, state } = progressOf(intake.name, 'completed', 'ok');
  return {
    unit: {
      id: unit.correlationId,
      lane: intake.lane,
      description: {
        order: orderKey(0, received.data, record),
        kind,
        tenant: storable(tenant),
        batch: unit.batchTraceId,
        digest,
        ids: Object.fromEntries(Object.entries(ids).map(([name, value]) => [name, storable(value)])),
        received: received.data,
      },
      position: {
        order: orderKey(rank, record.timestamp, record),
        state, stage: intake.name, attempts: 1, code: null, rules: [], references: {}, changed: record.timestamp, closed: null,
      },
    },
  };
};
