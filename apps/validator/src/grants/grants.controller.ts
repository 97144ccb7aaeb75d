import { GrantPayload, InvalidPayloadError, payloadDigest, violation, type WorkUnit } from '@docket/contracts';
import { RecordContext, StageController, strictPayload } from '@docket/stage-nest';
import { emit, type HandlerResult } from '@docket/stage';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';

/** A grant whose payload keeps every rule goes on to its funder; the payload itself travels unchanged. */
@StageController()
export class GrantsController {
  @EventPattern<string>('grants.work-units')
  validate(@Payload() unit: WorkUnit, @Payload('payload', strictPayload) grant: GrantPayload, @Ctx() context: RecordContext): HandlerResult {
    if (payloadDigest(unit.payload) !== unit.digest) {
      throw new InvalidPayloadError([violation('SEC-HASH-01', '$', 'the payload was changed under way', 'the digest of the work unit', 'object')]);
    }
    const { value } = context.call.record;
    return emit(value ? [{ topic: 'grants.validated', key: grant.funder, type: 'docket.grant.validated.v1', value }] : []);
  }
}
