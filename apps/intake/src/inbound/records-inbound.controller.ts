import { RecordContext, StageController } from '@docket/stage-nest';
import type { HandlerResult } from '@docket/stage';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { makeWorkUnit } from './make-work-unit.handler.js';
import type { Inbound } from './read-inbound.js';

@StageController()
export class RecordsInboundController {
  @EventPattern<string>('records.{lane}.inbound')
  receive(@Payload() inbound: Inbound, @Ctx() context: RecordContext): HandlerResult {
    return makeWorkUnit(`records.${context.call.stage.lane}.work-units`, inbound);
  }
}
