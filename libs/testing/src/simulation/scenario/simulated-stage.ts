import { DocketError, HEADER, poison, sha256Hex } from '@docket/contracts';
import { emit, park, quarantine, type HandlerContext, type HandlerResult, type OutEvent, type Stage } from '@docket/stage';
import type { Witness } from '../check/witness.js';
import type { SimulatedProcess } from '../world/simulated-process.js';
import type { Scenario } from './scenario.js';
import type { Ending, UnitPlan } from './unit-plan.js';

export interface StageSurroundings {
  readonly scenario: Scenario;
  readonly process: SimulatedProcess;
  readonly witness: Witness;
  /** By correlation id. */
  readonly plans: ReadonlyMap<string, UnitPlan>;
  /** Throttles left, by correlation id: not the instance's to know. */
  readonly throttles: Map<string, number>;
  /** Correlation ids of units whose handler has yet to get stuck. */
  readonly stuck: Set<string>;
}

/** Longest call to the outside, milliseconds. */
const CALL_MS = 2_500;
/** Deadline, time to settle after it, and more. */
const STUCK_MS = 30_000;
/** Longest wait for the acknowledgement of an intent, milliseconds. */
const INTENT_MS = 800;

/** The stage under test as one instance runs it: each handler does what its unit's plan says. */
export function simulatedStage(around: StageSurroundings): Stage {
  const { scenario: { spec, policy }, witness, process } = around;
  return {
    spec,
    policy,
    decode: (record) => {
      const id = record.headers[HEADER.correlationId] ?? '';
      const plan = around.plans.get(id);
      if (!plan || plan.ending === 'undecodable') throw poison('DOCKET_POISON_JSON', 'the record cannot be read');
      return { identity: { correlationId: id, batchTraceId: id, digest: sha256Hex(record.value ?? '') }, data: plan };
    },
    handle: async (data, context) => {
      const plan = data as UnitPlan;
      const ended = witness.handlers.started(process, context, plan);
      try {
        return await handle(around, plan, context);
      } finally {
        ended();
      }
    },
    groupOf: (record) => record.key ?? '',
  };
}

async function handle(around: StageSurroundings, plan: UnitPlan, context: HandlerContext): Promise<HandlerResult> {
  const { scenario: { spec }, throttles, process, witness } = around;
  if (around.stuck.delete(plan.id)) await new Promise<void>((resolve) => process.later(STUCK_MS, resolve, 'timer'));
  if (spec.callsOutside) await announce(around, plan, context);
  await rest(process, context, plan.workMs, plan.dyingMs);
  const left = throttles.get(plan.id) ?? 0;
  if (left > 0) {
    throttles.set(plan.id, left - 1);
    answer(around, plan, context);
    return { kind: 'throttled', code: 'DOCKET_THROTTLED', retryAfterMs: 500 };
  }
  // What was wrong is mended before it is put back.
  const again = witness.inputs.get(context.record.partition, Number(context.record.offset)) === undefined;
  switch (again ? undefined : plan.tries[context.attempt - 1]) {
    case 'fail':
      throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'away', { kind: 'retriable' });
    case 'wait-longer':
      throw new DocketError('DOCKET_FUNDER_UNAVAILABLE', 'away', { kind: 'retriable', retryAfterMs: 700 });
    case 'unexpected':
      throw new Error('a bug');
    case 'hang':
      await rest(process, context, 3_600_000, plan.dyingMs);
      break;
    case undefined:
  }
  answer(around, plan, context);
  return ending(around, plan, again && AFTER_REDRIVE[plan.ending] ? 'emit' : plan.ending, context);
}

/** Endings that a redrive or release mends. */
const AFTER_REDRIVE: Readonly<Partial<Record<Ending, true>>> = { park: true, 'park-until': true, poison: true };

function ending({ scenario: { spec } }: StageSurroundings, plan: UnitPlan, how: Ending, { record, clock }: HandlerContext): HandlerResult {
  switch (how) {
    case 'emit': {
      const [topic] = spec.outputs;
      if (topic === undefined) return emit([], { state: 'submitted' });
      return emit(Array.from({ length: plan.outputs }, (_, ordinal): OutEvent => ({
        topic, key: plan.key, type: 'docket.simulated.v1', value: Buffer.from(`${plan.name} at ${record.partition}/${record.offset}#${ordinal}`),
      })));
    }
    case 'invalid':
      return { kind: 'invalid', code: 'DOCKET_INVALID', message: 'breaks a rule', category: 'validation', violations: [] };
    case 'park':
      return park('DOCKET_REVIEW', 'a person must look', 'policy', 'held-for-review');
    case 'park-until':
      return park('DOCKET_QUOTA', 'the quota is spent', 'rate-limit', 'parked', undefined, clock.now() + 1_000 + plan.dyingMs * 10);
    case 'quarantine':
      return quarantine('DOCKET_CUSTODY', 'unknown to custody', 'custody');
    default:
      throw poison('DOCKET_POISON_JSON', 'the payload cannot be read');
  }
}

/** The intent before a call; a call never starts unless the lease covers it. */
async function announce({ witness, process }: StageSurroundings, plan: UnitPlan, { calls }: HandlerContext): Promise<void> {
  const later = new DocketError('DOCKET_THROTTLED', 'the intent cannot be written now', { kind: 'throttled', retryAfterMs: 300 });
  const limit = new Promise<never>((_, reject) => process.later(INTENT_MS, () => reject(later), 'timer'));
  // No try is used up by a broker that is away.
  const begun = calls.begin({ deadlineMs: CALL_MS, fenced: plan.outputs === 1 }).catch(() => Promise.reject(later));
  const { inDoubt } = await Promise.race([begun, limit]);
  witness.handlers.calls(process, plan, inDoubt);
}

/** The outside answers. */
function answer({ scenario: { spec }, witness, process }: StageSurroundings, plan: UnitPlan, { calls }: HandlerContext): void {
  if (!spec.callsOutside) return;
  calls.settled();
  witness.handlers.answered(process, plan);
}

/** Ends early, by rejecting, a while after the handler's signal was aborted. */
function rest(process: SimulatedProcess, { signal }: HandlerContext, ms: number, dyingMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = process.later(ms, resolve, 'timer');
    if (ms <= 100) return;
    const die = (): void => {
      cancel();
      process.later(dyingMs, () => reject(new Error('aborted')), 'timer');
    };
    if (signal.aborted) die();
    else signal.addEventListener('abort', die);
  });
}
