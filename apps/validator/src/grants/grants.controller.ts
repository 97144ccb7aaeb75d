import { extractionRequests, HEADER, InvalidPayloadError, payloadDigest, violation, type ExtractionRequest, type WorkUnit } from '@docket/contracts';
import { RecordContext, StageController } from '@docket/stage-nest';
import { emit, type HandlerResult, type OutEvent } from '@docket/stage';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { GrantRules } from './grant-rules.js';

/**
 * A grant whose payload keeps every rule goes on to its funder; the payload itself travels unchanged. With it, in the same
 * transaction, go the requests to extract those of its attachments that nobody has parsed yet.
 */
@StageController()
export class GrantsController {
  constructor(@Inject(GrantRules) private readonly rules: GrantRules) {}

  @EventPattern<string>('grants.work-units')
  async validate(@Payload() unit: WorkUnit, @Ctx() context: RecordContext): Promise<HandlerResult> {
    const grant = await this.rules.read(unit.payload);
    if (payloadDigest(unit.payload) !== unit.digest) {
      throw new InvalidPayloadError([violation('SEC-HASH-01', '$', 'the payload was changed under way', 'the digest of the work unit', 'object')]);
    }
    const { value } = context.call.record;
    if (!value) return emit();
    return emit([{ topic: 'grants.validated', key: grant.funder, type: 'docket.grant.validated.v1', value }, ...extractionRequests(unit, grant).map(extractionEvent)]);
  }
}

/** Straight to extraction: an attachment is no record of a repository, and nothing else may write to this topic past custody. */
function extractionEvent(request: ExtractionRequest): OutEvent {
  const { correlationId, digest, payload } = request;
  return {
    topic: 'records.standard.validated', key: payload.digest, type: 'docket.extraction.requested.v1', value: Buffer.from(JSON.stringify(request)),
    headers: { [HEADER.correlationId]: correlationId, [HEADER.subject]: correlationId, [HEADER.digest]: digest, [HEADER.orderKey]: payload.digest },
  };
}
