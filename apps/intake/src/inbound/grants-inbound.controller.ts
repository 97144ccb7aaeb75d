import { StageController } from '@docket/stage-nest';
import type { HandlerResult } from '@docket/stage';
import { EventPattern, Payload } from '@nestjs/microservices';
import { makeWorkUnit } from './make-work-unit.handler.js';
import type { Inbound } from './read-inbound.js';

@StageController()
export class GrantsInboundController {
  @EventPattern<string>('grants.inbound')
  receive(@Payload() inbound: Inbound): HandlerResult {
    return makeWorkUnit('grants.work-units', inbound);
  }
}
