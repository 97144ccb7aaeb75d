import { LANES, OUTCOMES, SHA256_HEX, UUID, type OutcomeState } from '@docket/contracts';
import { z } from 'zod';
import type { Description, FactDecoder } from './fact.js';
import { orderKey } from './order-key.js';
import { kindOf, RANK } from './progress.js';
import { instant, name, readValue, text } from './readable.js';

/** The first unit's outcome stands: these never move one that is not of these. */
const ASIDE: ReadonlySet<OutcomeState> = new Set(['duplicate', 'conflict']);

const schema = z.object({
  correlationId: z.string().regex(UUID),
  batchTraceId: z.string().regex(UUID),
  state: z.enum(OUTCOMES),
  lane: z.enum(LANES),
  stage: name,
  attempts: z.int32().min(0),
  closedAt: instant,
  code: name.optional(),
  rules: z.array(text).default([]),
  unit: z
    .object({
      kind: z.enum(['grant', 'record']),
      tenant: name,
      digest: z.string().regex(SHA256_HEX),
      receivedAt: instant,
      ids: z.record(name, name),
    })
    .optional(),
  references: z.record(name, z.union([text, z.number(), z.boolean()])).default({}),
});

/** `outcomes`: the current terminal outcome of a unit. */
export const decodeOutcome: FactDecoder = (record) => {
  const outcome = readValue(record, schema, 'DOCKET_OUTCOME');
  const { unit } = outcome;
  const description: Description = unit
    ? {
        order: orderKey(0, unit.receivedAt, record),
        kind: unit.kind, tenant: unit.tenant, batch: outcome.batchTraceId, digest: unit.digest, ids: unit.ids, received: unit.receivedAt,
      }
    : {
        // Its input could not be read: all that is known is that it was there.
        order: orderKey(1, record.timestamp, record),
        kind: kindOf(outcome.stage) ?? null, tenant: null, batch: outcome.batchTraceId, digest: null, ids: {}, received: record.timestamp,
      };
  return {
    unit: {
      id: outcome.correlationId,
      lane: outcome.lane,
      description,
      position: {
        order: orderKey(ASIDE.has(outcome.state) ? RANK.asideOutcome : RANK.outcome, record.timestamp, record),
        state: outcome.state,
        stage: outcome.stage,
        attempts: outcome.attempts,
        code: outcome.code ?? null,
        rules: outcome.rules,
        references: outcome.references,
        changed: record.timestamp,
        closed: outcome.closedAt,
      },
    },
  };
};
