import { DocketError, HEADER, payloadDigest, RecordManifestPayload, ruleCode, type WorkUnit } from '@docket/contracts';
import { RecordContext, StageController, strictPayload } from '@docket/stage-nest';
import { emit, quarantine, type HandlerResult } from '@docket/stage';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { VALIDATOR, type ValidatorRuntime } from '../tokens.js';
import { checkCustody, chooseLane } from './check-custody.js';
import { CustodyTable } from './custody-table.js';

/** The repository's record may arrive just behind its document: this many retries wait for it. */
const CUSTODY_WAITS = 3;

/** A manifest that keeps every rule and agrees with custody goes on to extraction, in the lane its marking demands. */
@StageController()
export class RecordsController {
  constructor(
    @Inject(CustodyTable) private readonly custody: CustodyTable,
    @Inject(VALIDATOR) private readonly runtime: ValidatorRuntime,
  ) {}

  @EventPattern<string>('records.{lane}.work-units')
  validate(
    @Payload() unit: WorkUnit, @Payload('payload', strictPayload) manifest: RecordManifestPayload, @Ctx() context: RecordContext,
  ): HandlerResult {
    const { record, stage } = context.call;
    if (payloadDigest(unit.payload) !== unit.digest) {
      return quarantine(ruleCode('SEC-HASH-01'), 'the manifest was changed under way', 'validation', 'SEC-HASH-01');
    }
    const custody = this.custody.find(manifest);
    if (!custody && context.call.attempt <= CUSTODY_WAITS) {
      throw new DocketError('DOCKET_CUSTODY_PENDING', 'no custody record yet: it may be on its way', { kind: 'retriable' });
    }
    const refused = checkCustody(manifest, custody);
    if (refused) return refused;
    const { settings, metrics } = this.runtime.context;
    const choice = chooseLane(manifest.marking, stage.lane, settings.openLanes);
    if ('refused' in choice) return choice.refused;
    const { lane } = choice;
    const value = record.value ?? Buffer.alloc(0);
    if (lane === stage.lane) {
      return emit([{ topic: `records.${lane}.validated`, key: manifest.digest, type: 'docket.record.validated.v1', value }]);
    }
    metrics.increment('lane_raised_total', { to: lane });
    const raised = { topic: `records.${lane}.work-units`, key: manifest.digest, type: 'docket.record.work-unit.v1', value, headers: { [HEADER.lane]: lane } };
    return emit([raised], undefined, 'lane-raised');
  }
}
