import type { DeadlineClock } from '@docket/contracts';
import { z } from 'zod';
import type { FactDecoder } from './fact.js';
import { orderKey } from './order-key.js';
import { name, readValue, text } from './readable.js';

const date = z.iso.date();

const schema: z.ZodType<DeadlineClock> = z.object({
  requestId: name,
  tenant: text,
  jurisdiction: text,
  receivedOn: date,
  kind: text,
  days: z.int32(),
  unit: z.literal('working-days'),
  citation: text,
  escalateOn: date,
  dueOn: date,
  skipped: z.array(z.object({ date, reason: text })),
  holidays: text,
});

/** `deadlines.clocks`: the current statutory clock of a request. */
export const decodeClock: FactDecoder = (record) => ({
  clock: { order: orderKey(0, record.timestamp, record), clock: readValue(record, schema, 'DOCKET_CLOCK') },
});
