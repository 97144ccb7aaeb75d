import { DocketError, type WorkUnit } from '@docket/contracts';
import { RecordContext, StageController } from '@docket/stage-nest';
import { emit, type HandlerResult } from '@docket/stage';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { FunderConnector } from '../connectors/connector.port.js';
import { CONNECTORS } from '../tokens.js';

/**
 * Submits a validated grant to its funder. The idempotency key is the unit's correlation id: a repeat after a
 * crash or a retry is recognised by the funder and takes effect once.
 */
@StageController()
export class SubmitGrantController {
  constructor(@Inject(CONNECTORS) private readonly connectors: ReadonlyMap<string, FunderConnector>) {}

  @EventPattern<string>('grants.validated')
  async submit(@Payload() unit: WorkUnit, @Ctx() context: RecordContext): Promise<HandlerResult> {
    const { record, signal } = context.call;
    const connector = this.connectors.get(record.key ?? '');
    if (!connector) throw new DocketError('DOCKET_FUNDER_UNKNOWN', 'the funder is not in the registry', { kind: 'invalid' });
    const { receiptId, applicationId, replayed } = await connector.submit({ unit, idempotencyKey: unit.correlationId, signal });
    return emit([], { state: 'submitted', references: { receiptId, applicationId, replayed } });
  }
}
