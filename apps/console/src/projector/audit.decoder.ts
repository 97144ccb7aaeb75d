import { verifyAuditRecord } from '@docket/audit';
import { isUuid, LANES, poison, sha256Hex, type AuditStep } from '@docket/contracts';
import { z } from 'zod';
import type { FactDecoder, UnitFact } from './fact.js';
import { orderKey } from './order-key.js';
import { kindOf, progressOf, RANK } from './progress.js';
import { instant, offset } from './readable.js';

/** The audit schema allows more than there is: a 13th month, an attempt beyond what a column holds. */
const storableValues = z.object({ at: instant, attempt: z.int32(), partition: z.int32(), offset });

/** `audit.log`: a step of a unit's way. What the auditor would not accept is not shown. */
export const decodeAudit: FactDecoder = (record) => {
  const checked = verifyAuditRecord(record.key, record.value);
  if ('violation' in checked) throw poison('DOCKET_AUDIT_EVENT', `the audit record fails the check: ${checked.violation}`);
  const { subject, source, time, type, data } = checked.event;
  const lane = LANES.find((name) => source.endsWith(`/${name}`));
  const batch = data.trace.batchTraceId;
  const values = storableValues.safeParse({ at: time, attempt: data.attempt, partition: data.input.partition, offset: data.input.offset });
  if (!lane || !values.success || !isUuid(subject) || !isUuid(batch)) {
    throw poison('DOCKET_AUDIT_EVENT', 'the audit record has a lane, an id, a time or a number that there is not');
  }
  const step = type.slice('docket.audit.'.length, -'.v1'.length) as AuditStep;
  const stage = data.action;
  const code = data.outcome.code;
  const kind = kindOf(stage);
  const progress = progressOf(stage, step, code);
  const unit: UnitFact | undefined = kind && {
    id: subject,
    lane,
    description: {
      order: orderKey(progress.rank === RANK.aside ? 2 : 1, record.timestamp, record),
      kind, tenant: null, batch, digest: data.object.digest, ids: {}, received: record.timestamp,
    },
    position: {
      order: orderKey(progress.rank, record.timestamp, record),
      state: progress.state,
      stage,
      attempts: data.attempt,
      code: code.startsWith('DOCKET_') ? code : null,
      rules: [],
      references: {},
      changed: record.timestamp,
      closed: null,
    },
  };
  return {
    step: {
      unit: subject,
      leaf: sha256Hex(record.value ?? ''),
      lane,
      at: values.data.at,
      stage,
      step,
      code,
      status: data.outcome.status,
      attempt: data.attempt,
      actor: data.actor.uid,
      input: data.input,
      partition: record.partition,
      offset: record.offset,
    },
    ...(unit && { unit }),
  };
};
