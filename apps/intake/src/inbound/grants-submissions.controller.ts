import { StageController } from '@docket/stage-nest';
import type { HandlerResult } from '@docket/stage';
import { EventPattern, Payload } from '@nestjs/microservices';
import { makeWorkUnit } from './make-work-unit.handler.js';
import type { Inbound } from './read-inbound.js';

/** What came over HTTP was let in when it was answered 202: no gate holds it any more. */
@StageController()
export class GrantsSubmissionsController {
  @EventPattern<string>('grants.submissions')
  receive(@Payload() inbound: Inbound): HandlerResult {
    return makeWorkUnit('grants.work-units', inbound);
  }
}
