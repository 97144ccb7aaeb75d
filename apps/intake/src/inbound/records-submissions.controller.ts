import { RecordContext, StageController } from '@docket/stage-nest';
import type { HandlerResult } from '@docket/stage';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { makeWorkUnit } from './make-work-unit.handler.js';
import type { Inbound } from './read-inbound.js';

/** What came over HTTP was let in when it was answered 202: no gate holds it any more. */
@StageController()
export class RecordsSubmissionsController {
  @EventPattern<string>('records.{lane}.submissions')
  receive(@Payload() inbound: Inbound, @Ctx() context: RecordContext): HandlerResult {
    return makeWorkUnit(`records.${context.call.stage.lane}.work-units`, inbound);
  }
}
