import { HEADER, poison, REQUEST_SEEN } from '@docket/contracts';
import { emit, type HandlerResult } from '@docket/stage';
import { RecordContext, StageController } from '@docket/stage-nest';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { clockOf } from './clocks/clock-of.js';
import { ClockTable } from './clocks/clock-table.js';
import { parseRecordsRequest } from './requests/records-request.schema.js';

/**
 * Starts the statutory clock of each request. A request that upstream corrects replaces its clock; a further document
 * of it, which intake reports on the day it comes, does not move the day of receipt.
 */
@StageController()
export class StartClockWhenRequested {
  constructor(@Inject(ClockTable) private readonly clocks: ClockTable) {}

  @EventPattern<string>('records.requests')
  handle(@Payload() data: unknown, @Ctx() context: RecordContext): HandlerResult {
    const { record, identity, log } = context.call;
    const request = parseRecordsRequest(data);
    if (record.key !== request.requestId) {
      // Two records of one request under different keys would have no order.
      throw poison('DOCKET_REQUEST_KEY', 'the record key is not the request id: write it as the key');
    }
    if (record.headers[HEADER.type] === REQUEST_SEEN && this.clocks.has(request.requestId)) return emit([], undefined, 'clock-stands');
    const clock = clockOf(request);
    if (!clock) {
      log.warn('no clock: this jurisdiction is not configured yet', {
        topic: record.topic, partition: record.partition, offset: String(record.offset),
        correlation_id: identity.correlationId, detail: request.jurisdiction,
      });
      return emit([]);
    }
    const value = Buffer.from(JSON.stringify(clock));
    return emit([{ topic: 'deadlines.clocks', key: clock.requestId, type: 'docket.deadline.clock.v1', value }]);
  }
}
