import type { HandlerContext, HandlerResult } from '@docket/stage';
import { workUnitDecoder, type InputRecord } from '@docket/stage';
import { RecordContext } from '@docket/stage-nest';
import { grantHandler } from '../validator/grant-handler.js';
import { timeUnits, workUnits } from '../validator/time-units.js';

/** From a record's bytes to the events that go out: parse the work unit, the controller as Nest calls it, every rule, the digest again. No Kafka, no commit. */
const handler = await grantHandler();
await timeUnits(workUnits(), async (value) => {
  const record: InputRecord = { topic: 'grants.work-units', partition: 0, offset: 0n, timestamp: 0, key: null, value, headers: {} };
  const { data } = workUnitDecoder(record);
  const result = (await handler(data, new RecordContext([{ record, attempt: 1 } as HandlerContext]))) as HandlerResult;
  if (result.kind !== 'emit' || result.events.length === 0) throw new Error('a valid grant was not let through');
});
