import { DocketError, extractionReferences, HEADER, isDocketError, type GrantPayload, type References, type WorkUnit } from '@docket/contracts';
import type { Metrics } from '@docket/observability';
import { RecordContext, StageController } from '@docket/stage-nest';
import { emit, isTimedRelease, park, type HandlerResult, type InputRecord, type OutEvent } from '@docket/stage';
import { Inject } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { Receipt } from '../connectors/connector.port.js';
import type { FunderAccess } from '../funders/funder-access.js';
import type { Exhausted } from '../limits/funder-quota.js';
import { QUOTAS_TOPIC, type CountRecord } from '../limits/quota-counts.js';
import { FUNDERS, MAX_ATTEMPTS, METRICS } from '../tokens.js';
import { submitSafely } from './submit-safely.js';

/** Units are released up to a second before their time. */
const EARLY_MS = 1_000;

/** Submits a validated grant to its funder, within its quota. The reference is the unit's correlation id. */
@StageController()
export class SubmitGrantController {
  constructor(
    @Inject(FUNDERS) private readonly funders: ReadonlyMap<string, FunderAccess>,
    @Inject(METRICS) private readonly metrics: Pick<Metrics, 'observe'>,
    @Inject(MAX_ATTEMPTS) private readonly maxAttempts: number,
  ) {}

  @EventPattern<string>('grants.validated')
  async submit(@Payload() unit: WorkUnit, @Ctx() { call }: RecordContext): Promise<HandlerResult> {
    const access = this.funders.get(call.record.key ?? '');
    if (!access) throw new DocketError('DOCKET_FUNDER_UNKNOWN', 'the funder is not in the registry', { kind: 'invalid' });
    const { funder, connector, quota, breaker } = access;
    const exhausted = quota?.exhausted();
    if (exhausted) return overQuota(funder.id, exhausted, unit);
    // Passed the gate side by side.
    if (quota?.full) throw new DocketError('DOCKET_FUNDER_QUOTA', 'what is left of the quota is under way', { kind: 'throttled', retryAfterMs: EARLY_MS });
    this.metrics.observe('funder_limiter_wait_seconds', call.gatedMs / 1000, { funder: funder.id });
    const place = quota?.place(unit.correlationId);
    try {
      const receipt = await breaker.run(() =>
        submitSafely({
          funder: funder.id, connector, unit, deadlineMs: funder.deadlineMs, reference: unit.correlationId,
          signal: call.signal, calls: call.calls, clock: call.clock,
          putBackAt: putBackAt(call.record),
          lastTry: call.attempt >= this.maxAttempts,
        }),
      );
      return emit(place ? [quotaEvent(place.count())] : [], { state: 'submitted', references: references(receipt, unit) });
    } catch (error) {
      if (!isDocketError(error)) throw error;
      // Returned and not thrown: it counts also where the handler was told to stop.
      if (error.code === 'DOCKET_IN_DOUBT') return park(error.code, error.message, 'funder', 'in-doubt', extractions(unit));
      if (error.code === 'DOCKET_BREAKER_OPEN') throw suspended(error);
      throw error;
    } finally {
      place?.release();
    }
  }
}

function overQuota(funder: string, { window, opensAt }: Exhausted, unit: WorkUnit): HandlerResult {
  const message = `the funder's quota of this ${window} is used up (${funder}): the grant goes on when the next ${window} begins`;
  return park('DOCKET_FUNDER_QUOTA', message, 'rate-limit', 'parked', extractions(unit), opensAt + EARLY_MS);
}

/** Opened while the unit was on its way to the call: no try is used up. */
function suspended({ code, message, retryAfterMs }: DocketError): DocketError {
  return new DocketError(code, message, { kind: 'throttled', ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** What the task itself releases, when its time has come, keeps its calls in doubt. */
function putBackAt({ headers, timestamp }: InputRecord): number | undefined {
  const operation = headers[HEADER.operation];
  return operation === undefined || isTimedRelease(operation) ? undefined : timestamp;
}

function quotaEvent({ key, value }: CountRecord): OutEvent {
  return { topic: QUOTAS_TOPIC, key, type: 'docket.funder.quota-counted.v1', value };
}

function references({ receiptId, applicationId, replayed }: Receipt, unit: WorkUnit): References {
  return { receiptId, ...(applicationId !== undefined && { applicationId }), replayed, ...extractions(unit) };
}

/** Whatever becomes of the grant, its attachments were handed over. The validator has read the payload as a grant. */
function extractions(unit: WorkUnit): References {
  return extractionReferences(unit, unit.payload as GrantPayload);
}
